using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Image.Layouts;

/// <summary>A file of an archive or layout: a part of an open file. Thread-safe, because it is read by position.</summary>
internal sealed class ArchiveFile(SafeFileHandle handle, long offset, long length, bool ownsHandle) : IDisposable
{
    public long Length => length;

    public int Read(Span<byte> buffer, long position) => RandomAccess.Read(handle, Clip(buffer, position), offset + position);

    public ValueTask<int> ReadAsync(Memory<byte> buffer, long position, CancellationToken cancellationToken)
    {
        var size = (int)Math.Min(buffer.Length, length - position);
        return RandomAccess.ReadAsync(handle, buffer[..size], offset + position, cancellationToken);
    }

    /// <summary>All of a small file.</summary>
    /// <exception cref="ImageException">It is too large, or ends too early.</exception>
    public byte[] ReadAll(string what)
    {
        if (length > LayoutNames.MaximumJson)
        {
            throw new ImageException(ImageErrorCodes.LimitExceeded, $"{what} has {length} bytes; more than {LayoutNames.MaximumJson} are not read");
        }

        var content = new byte[length];
        for (var done = 0; done < content.Length;)
        {
            var count = Read(content.AsSpan(done), done);
            done += count > 0 ? count : throw LayoutNames.Invalid($"{what} ends too early");
        }

        return content;
    }

    public void Dispose()
    {
        if (ownsHandle)
        {
            handle.Dispose();
        }
    }

    private Span<byte> Clip(Span<byte> buffer, long position) => buffer[..(int)Math.Min(buffer.Length, length - position)];
}
