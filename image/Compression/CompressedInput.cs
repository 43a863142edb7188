using System.Runtime.ExceptionServices;

namespace SharpBuild.Image.Compression;

/// <summary>
/// Compressed bytes for a managed decoder: buffered, counted, and an end in the middle of the data is an error.
/// </summary>
/// <param name="source">The compressed data; disposed with this stream.</param>
/// <param name="format">The format's name, for error messages.</param>
internal sealed class CompressedInput(Stream source, string format) : ReadOnlyStream
{
    private readonly byte[] buffer = GC.AllocateUninitializedArray<byte>(128 * 1024);
    private int start;
    private int end;

    /// <summary>How many bytes were read so far.</summary>
    public long Consumed { get; private set; }

    /// <summary>What the source threw. A decoder may have replaced it with an exception of its own.</summary>
    public ExceptionDispatchInfo? Failure { get; private set; }

    /// <summary>Whether no byte is left.</summary>
    public bool IsAtEnd => Peek(1).IsEmpty;

    /// <summary>Looks at all bytes that are in the buffer; none at the end.</summary>
    public ReadOnlySpan<byte> PeekBuffered()
    {
        _ = start < end || Fill();
        return buffer.AsSpan(start, end - start);
    }

    /// <summary>Takes bytes that were looked at.</summary>
    public void Skip(int count)
    {
        start += count;
        Consumed += count;
    }

    /// <summary>
    /// Looks at the next bytes without reading them: as many as there are, up to <paramref name="count"/>.
    /// </summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        while (end - start < count && Fill())
        {
        }

        return buffer.AsSpan(start, Math.Min(count, end - start));
    }

    /// <summary>Reads one byte.</summary>
    /// <exception cref="ImageException">There is none left.</exception>
    public override int ReadByte()
    {
        if (start == end && !Fill())
        {
            throw Truncated();
        }

        Consumed++;
        return buffer[start++];
    }

    /// <summary>Reads some bytes.</summary>
    /// <exception cref="ImageException">There is none left.</exception>
    public override int Read(Span<byte> target)
    {
        if (target.IsEmpty)
        {
            return 0;
        }

        if (start == end && !Fill())
        {
            throw Truncated();
        }

        var length = Math.Min(target.Length, end - start);
        buffer.AsSpan(start, length).CopyTo(target);
        start += length;
        Consumed += length;
        return length;
    }

    /// <summary>The error for data that cannot be decoded.</summary>
    public ImageException Damaged(string why, Exception? cause = null) =>
        new(ImageErrorCodes.Compression, $"the {format} data is damaged: {why}", cause);

    /// <summary>The error for data that ends in the middle.</summary>
    public ImageException Truncated() => Damaged("it ends too early");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    // Reads more behind what is left; false at the end.
    private bool Fill()
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        try
        {
            var length = source.Read(buffer.AsSpan(end));
            end += length;
            return length > 0;
        }
        catch (Exception exception) when (Remember(exception))
        {
            throw;
        }
    }

    private bool Remember(Exception exception)
    {
        Failure = ExceptionDispatchInfo.Capture(exception);
        return false;
    }
}
