using System.IO.Compression;

namespace SharpBuild.Image.Compression;

/// <summary>gzip by the runtime's zlib-ng.</summary>
internal sealed class GzipCodec : IBlobCodec
{
    /// <inheritdoc/>
    public int HighestLevel => 9;

    public string Name => "gzip";

    public string? MediaTypeSuffix => "+gzip";

    // zlib-ng's output may change with the runtime.
    public string EncoderVersion => $"1-{Environment.Version}";

    public Stream Decompress(Stream source) => new GzipReader(source);

    public Stream Compress(Stream destination, int? level) => new ParallelGzipStream(destination, Math.Clamp(level ?? 6, 0, 9));

    /// <summary>Tells damage in the project's words.</summary>
    private sealed class GzipReader(Stream source) : ReadOnlyStream
    {
        private readonly GZipStream inner = new(source, CompressionMode.Decompress);

        public override int Read(Span<byte> buffer)
        {
            try
            {
                return inner.Read(buffer);
            }
            catch (InvalidDataException exception)
            {
                throw new ImageException(ImageErrorCodes.Compression, $"the gzip data is damaged: {exception.Message}", exception);
            }
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await inner.ReadAsync(buffer, cancellationToken);
            }
            catch (InvalidDataException exception)
            {
                throw new ImageException(ImageErrorCodes.Compression, $"the gzip data is damaged: {exception.Message}", exception);
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
