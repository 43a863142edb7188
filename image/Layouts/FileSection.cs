using Microsoft.Win32.SafeHandles;
using SharpBuild.Image.Compression;

namespace SharpBuild.Image.Layouts;

/// <summary>A part of a file, read without moving the file's position, so that several are read at once.</summary>
internal sealed class FileSection(SafeFileHandle file, long offset, long size) : ReadOnlyStream
{
    private long position;

    public override long Length => size;

    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var length = RandomAccess.Read(file, buffer[..(int)Math.Min(buffer.Length, size - position)], offset + position);
        position += length;
        return length;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var length = await RandomAccess.ReadAsync(file, buffer[..(int)Math.Min(buffer.Length, size - position)], offset + position, cancellationToken);
        position += length;
        return length;
    }
}
