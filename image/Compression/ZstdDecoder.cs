namespace SharpBuild.Image.Compression;

/// <summary>Reads zstd: frames one after another; skippable frames are skipped.</summary>
internal sealed unsafe class ZstdDecoder(Stream source, IZstdLibrary library) : ReadOnlyStream
{
    private readonly CompressedInput input = new(source, "zstd");
    private nint context = library.CreateDecoder();
    private nuint expected;

    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var data = input.PeekBuffered();
            if (data.IsEmpty && expected == 0)
            {
                return 0;
            }

            var (consumed, produced) = Decode(data, buffer);
            input.Skip(consumed);
            if (produced > 0)
            {
                return produced;
            }

            if (consumed == 0)
            {
                throw data.IsEmpty ? input.Truncated() : input.Damaged("it cannot be decoded further");
            }
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (context != 0)
        {
            library.FreeDecoder(context);
            context = 0;
        }

        if (disposing)
        {
            input.Dispose();
        }

        base.Dispose(disposing);
    }

    private (int Consumed, int Produced) Decode(ReadOnlySpan<byte> data, Span<byte> target)
    {
        fixed (byte* from = data)
        fixed (byte* to = target)
        {
            // Windows above 128 MiB are refused by default: memory stays bounded.
            var given = new ZstdBuffer { Data = from, Size = (nuint)data.Length };
            var output = new ZstdBuffer { Data = to, Size = (nuint)target.Length };
            expected = library.Decompress(context, &output, &given);
            return library.ErrorOf(expected) is { } error
                ? throw Explain(error)
                : ((int)given.Position, (int)output.Position);
        }
    }

    private ImageException Explain(string error)
    {
        // ZSTD_ErrorCode of zstd_errors.h, negative.
        const int windowTooLarge = 16;
        const int wrongDictionary = 32;
        return -(int)(nint)expected switch
        {
            windowTooLarge => input.Damaged("it wants more than 128 MiB of memory"),
            wrongDictionary => new ImageException(
                ImageErrorCodes.Compression, "the zstd data needs a dictionary, which is not supported")
            {
                Hint = "compress again without a dictionary",
            },
            _ => input.Damaged(error),
        };
    }
}
