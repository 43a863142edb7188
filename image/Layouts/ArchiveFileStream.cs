using SharpBuild.Image.Compression;

namespace SharpBuild.Image.Layouts;

/// <summary>Reads a file of an archive from its start, and disposes it.</summary>
internal sealed class ArchiveFileStream(ArchiveFile file) : ReadOnlyStream
{
    private long position;

    public override long Length => file.Length;

    public override int Read(Span<byte> buffer)
    {
        var count = file.Read(buffer, position);
        position += count;
        return count;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await file.ReadAsync(buffer, position, cancellationToken);
        position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }
}
