using System.Buffers.Binary;
using System.Collections.Immutable;

namespace SharpBuild.Image.Compression.Xz;

/// <summary>What stands before a block's data.</summary>
/// <param name="Size">The header's own size.</param>
/// <param name="CompressedSize">The size of the compressed data, when it is told.</param>
/// <param name="DataSize">The size of the data, when it is told.</param>
/// <param name="Filters">In the order in which they were applied; the last one is LZMA2.</param>
internal sealed record XzBlockHeader(int Size, long? CompressedSize, long? DataSize, ImmutableArray<XzFilter> Filters)
{
    // liblzma was given 512 MiB; beside the dictionary, some of it goes to the decoder. `xz -9` takes 64 MiB.
    private const byte LargestDictionary = 33; // 384 MiB

    /// <summary>Reads one whose first byte was read already.</summary>
    public static XzBlockHeader Read(CompressedInput input, byte first)
    {
        var bytes = new byte[(first + 1) * 4];
        bytes[0] = first;
        input.ReadExactly(bytes.AsSpan(1));
        var body = bytes.AsMemory(0, bytes.Length - 4);
        var expected = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(body.Length));
        if (ReflectedCrc.Crc32.Append(0, body.Span) != expected)
        {
            throw input.Damaged("a block's header does not match its checksum");
        }

        return new Parser(input, body).Parse(bytes.Length);
    }

    private sealed class Parser(CompressedInput input, ReadOnlyMemory<byte> body)
    {
        private int position = 1;

        public XzBlockHeader Parse(int size)
        {
            var flags = NextByte();
            var compressed = (flags & 0x40) != 0 ? NextInteger() : (long?)null;
            var data = (flags & 0x80) != 0 ? NextInteger() : (long?)null;
            var filters = ImmutableArray.CreateBuilder<XzFilter>();
            for (var i = 0; i <= (flags & 3); i++)
            {
                filters.Add(NextFilter());
            }

            if ((flags & 0x3C) != 0 || compressed == 0 || body.Span[position..].ContainsAnyExcept((byte)0))
            {
                throw Invalid();
            }

            var header = new XzBlockHeader(size, compressed, data, filters.ToImmutable());
            Check(header.Filters);
            return header;
        }

        private void Check(ImmutableArray<XzFilter> filters)
        {
            for (var i = 0; i < filters.Length; i++)
            {
                if (filters[i].IsLzma2 != (i == filters.Length - 1))
                {
                    throw Invalid();
                }
            }

            if ((filters[^1].Dictionary ?? throw Invalid()) > LargestDictionary)
            {
                throw input.Damaged("it wants more than 512 MiB of memory");
            }
        }

        private XzFilter NextFilter()
        {
            var id = NextInteger();
            var length = NextInteger();
            if (length > body.Length - position)
            {
                throw Invalid();
            }

            var properties = body.Slice(position, (int)length);
            position += properties.Length;
            return new XzFilter(id, properties);
        }

        private long NextInteger() => XzInteger.Read(NextByte) ?? throw Invalid();

        private byte NextByte() => position < body.Length ? body.Span[position++] : throw Invalid();

        private ImageException Invalid() => input.Damaged("a block's header is not valid");
    }
}
