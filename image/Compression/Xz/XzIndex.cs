using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SharpBuild.Image.Compression.Xz;

/// <summary>
/// The sizes of a stream's blocks, which its index has to repeat. Keeps a digest of them, so that memory does not grow
/// with their number.
/// </summary>
internal sealed class XzIndex : IDisposable
{
    private readonly IncrementalHash blocks = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long count;

    /// <summary>Adds a block that was read.</summary>
    public void Add(long unpadded, long data)
    {
        Append(blocks, unpadded, data);
        count++;
    }

    /// <summary>Reads the index behind its first byte (0), and compares it. Returns its size.</summary>
    public long Read(CompressedInput input)
    {
        var reader = new Reader(input);
        using var listed = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (reader.NextInteger() != count)
        {
            throw Wrong(input);
        }

        for (var i = 0L; i < count; i++)
        {
            Append(listed, reader.NextInteger(), reader.NextInteger());
        }

        var size = reader.Finish();
        return listed.GetHashAndReset().AsSpan().SequenceEqual(blocks.GetHashAndReset()) ? size : throw Wrong(input);
    }

    public void Dispose() => blocks.Dispose();

    private static void Append(IncrementalHash hash, long unpadded, long data)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, unpadded);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], data);
        hash.AppendData(bytes);
    }

    private static ImageException Wrong(CompressedInput input) => input.Damaged("the index does not match the blocks");

    private sealed class Reader(CompressedInput input)
    {
        private readonly long start = input.Consumed - 1;
        private ulong crc = ReflectedCrc.Crc32.Append(0, [0]);

        public long NextInteger() => XzInteger.Read(NextByte) ?? throw Wrong(input);

        public long Finish()
        {
            while ((input.Consumed - start) % 4 != 0)
            {
                if (NextByte() != 0)
                {
                    throw Wrong(input);
                }
            }

            Span<byte> expected = stackalloc byte[4];
            input.ReadExactly(expected);
            return BinaryPrimitives.ReadUInt32LittleEndian(expected) == crc
                ? input.Consumed - start
                : throw input.Damaged("the index does not match its checksum");
        }

        private byte NextByte()
        {
            var value = (byte)input.ReadByte();
            crc = ReflectedCrc.Crc32.Append(crc, [value]);
            return value;
        }
    }
}
