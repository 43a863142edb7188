namespace SharpBuild.Image.Compression;

/// <summary>
/// A stream that cannot be read any more once <paramref name="cancellation"/> is requested. A few bytes may decompress
/// to terabytes, and
/// terabytes (of a sparse file) to nothing: both ends of a decoder need it.
/// </summary>
internal sealed class CancellableStream(Stream inner, CancellationToken cancellation) : ReadOnlyStream
{
    public override int Read(Span<byte> buffer)
    {
        cancellation.ThrowIfCancellationRequested();
        return inner.Read(buffer);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellation.ThrowIfCancellationRequested();
        return inner.ReadAsync(buffer, cancellationToken);
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
