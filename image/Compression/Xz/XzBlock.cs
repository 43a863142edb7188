namespace SharpBuild.Image.Compression.Xz;

/// <summary>One block: its data, then padding and a checksum of the data.</summary>
internal sealed class XzBlock : IDisposable
{
    private readonly CompressedInput input;
    private readonly XzBlockHeader header;
    private readonly XzCheck check;
    private readonly Lzma2Reader reader;
    private readonly IXzData data;
    private readonly long start;
    private long length;

    /// <summary>Starts behind the block's header.</summary>
    public XzBlock(CompressedInput input, XzBlockHeader header, XzCheck check)
    {
        (this.input, this.header, this.check) = (input, header, check);
        start = input.Consumed;
        reader = new Lzma2Reader(input, header.Filters[^1].Dictionary!.Value);
        data = reader;
        check.Reset();
        foreach (var filter in header.Filters.Reverse().Skip(1))
        {
            data = filter.Undo(data) ?? throw Unsupported(filter);
        }
    }

    /// <summary>Reads some of the data; 0 at its end.</summary>
    public int Read(Span<byte> buffer)
    {
        var count = data.Read(buffer);
        check.Append(buffer[..count]);
        length += count;
        return count;
    }

    /// <summary>
    /// Reads what follows the data. Returns the block's sizes for comparison with the index: without padding, and
    /// decoded.
    /// </summary>
    public (long Unpadded, long Data) Finish()
    {
        var compressed = input.Consumed - start;
        for (var i = compressed; i % 4 != 0; i++)
        {
            if (input.ReadByte() != 0)
            {
                throw input.Damaged("the padding of a block is not empty");
            }
        }

        Span<byte> expected = stackalloc byte[check.Size];
        input.ReadExactly(expected);
        if (!check.Matches(expected))
        {
            throw input.Damaged("a block's data does not match its checksum");
        }

        if ((header.CompressedSize ?? compressed) != compressed || (header.DataSize ?? length) != length)
        {
            throw input.Damaged("a block has not the size that its header says");
        }

        return (header.Size + compressed + check.Size, length);
    }

    public void Dispose() => reader.Dispose();

    private static ImageException Unsupported(XzFilter filter) =>
        new(ImageErrorCodes.Compression, $"the xz filter 0x{filter.Id:X2} is not supported")
        {
            Hint = "compress again without filters, or with gzip or zstd",
        };
}
