using System.Buffers;

namespace SharpBuild.Image.Tar;

/// <summary>Gathers what a <see cref="TarWriter"/> writes and hands it to a stream in large blocks. Disposing writes the rest; the stream stays open.</summary>
/// <param name="stream">Where to.</param>
public sealed class StreamBufferWriter(Stream stream) : IBufferWriter<byte>, IDisposable
{
    private byte[] buffer = new byte[256 * 1024];
    private int length;

    /// <inheritdoc/>
    public void Advance(int count) => length += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (buffer.Length - length < Math.Max(sizeHint, 1))
        {
            Flush();
            if (buffer.Length < sizeHint)
            {
                buffer = new byte[sizeHint];
            }
        }

        return buffer.AsMemory(length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Writes what was gathered.</summary>
    public void Flush()
    {
        stream.Write(buffer, 0, length);
        length = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => Flush();
}
