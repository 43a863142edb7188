namespace SharpBuild.Image.Compression;

/// <summary>No compression: bytes as they are.</summary>
internal sealed class UncompressedCodec : IBlobCodec
{
    /// <inheritdoc/>
    public int HighestLevel => 0;

    public string Name => "uncompressed";

    public string? MediaTypeSuffix => "";

    public string EncoderVersion => "0";

    public Stream Decompress(Stream source) => source;

    public Stream Compress(Stream destination, int? level) => new OpenEndStream(destination);

    // Keeps the promise that the destination stays open.
    private sealed class OpenEndStream(Stream destination) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush() => destination.Flush();

        public override void Write(byte[] buffer, int offset, int count) => destination.Write(buffer, offset, count);

        public override void Write(ReadOnlySpan<byte> buffer) => destination.Write(buffer);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
