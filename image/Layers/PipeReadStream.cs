namespace SharpBuild.Image.Layers;

/// <summary>One consumer of a <see cref="BlockPipe"/> as a stream to read from.</summary>
internal sealed class PipeReadStream(BlockPipe pipe, int consumer) : Stream
{
    private ReadOnlyMemory<byte> block;
    private bool hasBlock;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (block.IsEmpty)
        {
            if (hasBlock)
            {
                pipe.GiveBack(consumer);
            }

            block = pipe.Take(consumer);
            hasBlock = !block.IsEmpty;
        }

        var length = Math.Min(block.Length, buffer.Length);
        block.Span[..length].CopyTo(buffer);
        block = block[length..];
        return length;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
