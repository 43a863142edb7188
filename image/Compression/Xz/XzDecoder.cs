using System.Buffers.Binary;

namespace SharpBuild.Image.Compression.Xz;

/// <summary>
/// Reads xz: streams one after another, with padding between them. Everything that the format offers to detect damage
/// is checked, as
/// liblzma does: each block's checksum, the sizes in headers and index, and what stands behind the last stream.
/// </summary>
/// <remarks>
/// SharpCompress decodes the LZMA data only. Its own reader of the format stops after the first stream, does not
/// compare the index, and
/// converts branches wrongly where two reads meet (decision 0006).
/// </remarks>
internal sealed class XzDecoder(Stream source) : ReadOnlyStream
{
    private const int HeaderSize = 12;
    private const int Alignment = 4;

    private readonly CompressedInput input = new(source, "xz");
    private byte[]? flags;
    private XzCheck? check;
    private XzIndex? index;
    private XzBlock? block;

    private static ReadOnlySpan<byte> HeaderMagic => [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00];

    private static ReadOnlySpan<byte> FooterMagic => "YZ"u8;

    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty && (block is not null || StartBlock()))
        {
            if (block!.Read(buffer) is var length and not 0)
            {
                return length;
            }

            EndBlock();
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            block?.Dispose();
            EndStream();
            input.Dispose();
        }

        base.Dispose(disposing);
    }

    // False at the end of the last stream.
    private bool StartBlock()
    {
        while (flags is not null || StartStream())
        {
            var first = (byte)input.ReadByte();
            if (first != 0)
            {
                block = new XzBlock(input, XzBlockHeader.Read(input, first), check!);
                return true;
            }

            ReadFooter(index!.Read(input));
            EndStream();
        }

        return false;
    }

    private void EndBlock()
    {
        var (unpadded, data) = block!.Finish();
        index!.Add(unpadded, data);
        block.Dispose();
        block = null;
    }

    private bool StartStream()
    {
        var isFirst = input.Consumed == 0;
        Span<byte> header = stackalloc byte[HeaderSize];
        while (isFirst || !input.IsAtEnd)
        {
            input.ReadExactly(header[..Alignment]);
            if (isFirst || header[..Alignment].ContainsAnyExcept((byte)0))
            {
                input.ReadExactly(header[Alignment..]);
                ReadHeader(header);
                return true;
            }
        }

        return false;
    }

    private void ReadHeader(ReadOnlySpan<byte> header)
    {
        var told = header.Slice(HeaderMagic.Length, 2);
        if (!header.StartsWith(HeaderMagic))
        {
            throw input.Damaged("something else follows its end");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) != ReflectedCrc.Crc32.Append(0, told))
        {
            throw input.Damaged("the header does not match its checksum");
        }

        if (told[0] != 0 || told[1] > 0xF)
        {
            throw input.Damaged("it is of a version that is not known");
        }

        flags = told.ToArray();
        check = new XzCheck(told[1]);
        index = new XzIndex();
    }

    private void ReadFooter(long indexSize)
    {
        Span<byte> footer = stackalloc byte[HeaderSize];
        input.ReadExactly(footer);
        var told = footer.Slice(4, 6);
        if (BinaryPrimitives.ReadUInt32LittleEndian(footer) != ReflectedCrc.Crc32.Append(0, told)
            || (BinaryPrimitives.ReadUInt32LittleEndian(told) + 1L) * Alignment != indexSize
            || !told[4..].SequenceEqual(flags)
            || !footer.EndsWith(FooterMagic))
        {
            throw input.Damaged("its last bytes do not match the others");
        }
    }

    private void EndStream()
    {
        check?.Dispose();
        index?.Dispose();
        (flags, check, index) = (null, null, null);
    }
}
