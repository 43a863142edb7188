using Microsoft.Win32.SafeHandles;
using SharpBuild.Image.Compression;

namespace SharpBuild.Image.Layouts;

/// <summary>
/// Feeds a tar reader from a file such that, whenever it has returned an entry, <see cref="Position"/> is where the entry's data
/// starts, and that the data is passed over instead of read: an archive of gigabytes is listed by a few reads of headers.
/// </summary>
/// <param name="file">The tar.</param>
/// <param name="length">Its size.</param>
internal sealed class TarFileSource(SafeFileHandle file, long length) : ReadOnlyStream
{
    private const int BlockSize = 512;
    private long position;
    private long dataEnd;

    public override long Length => length;

    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    /// <summary>Says that the next bytes are an entry's data, which the reader will skip: it gets whatever its buffer holds.</summary>
    public void PassOver(long count) => dataEnd = position + count;

    public override int Read(Span<byte> buffer)
    {
        int count;
        if (position < dataEnd)
        {
            count = (int)Math.Min(buffer.Length, dataEnd - position);
        }
        else
        {
            // Never beyond a block, so that the reader has nothing in reserve when it returns.
            var block = BlockSize - (int)(position % BlockSize);
            count = RandomAccess.Read(file, buffer[..Math.Min(buffer.Length, block)], position);
        }

        position += count;
        return count;
    }
}
