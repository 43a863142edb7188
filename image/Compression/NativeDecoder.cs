namespace SharpBuild.Image.Compression;

/// <summary>A stream that a native library decompresses, piece by piece.</summary>
/// <param name="source">The compressed data; disposed with this stream.</param>
internal abstract class NativeDecoder(Stream source) : ReadOnlyStream
{
    private readonly byte[] input = GC.AllocateUninitializedArray<byte>(128 * 1024);
    private int start;
    private int end;
    private bool isSourceAtEnd;

    public sealed override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (start == end && !isSourceAtEnd)
            {
                start = 0;
                end = source.Read(input, 0, input.Length);
                isSourceAtEnd = end == 0;
            }

            if (Step(buffer) is var produced and not 0)
            {
                return produced;
            }

            if (start == end && isSourceAtEnd)
            {
                return IsComplete ? 0 : throw Damaged("it ends too early");
            }
        }

        return 0;
    }

    /// <summary>Whether all that was read so far is a whole: the source may end here.</summary>
    protected abstract bool IsComplete { get; }

    /// <summary>The format's name.</summary>
    protected abstract string Format { get; }

    /// <summary>Decodes some; tells what was taken and what was produced.</summary>
    protected abstract (int Consumed, int Produced) Decode(ReadOnlySpan<byte> source, Span<byte> target, bool isLast);

    protected ImageException Damaged(string why) => new(ImageErrorCodes.Compression, $"the {Format} data is damaged: {why}");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Step(Span<byte> target)
    {
        var (consumed, produced) = Decode(input.AsSpan(start, end - start), target, isSourceAtEnd);
        start += consumed;
        return consumed == 0 && produced == 0 && start < end ? throw Damaged("it cannot be decoded further") : produced;
    }
}
