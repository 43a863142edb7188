using System.Buffers.Binary;
using SharpCompress.Common;
using SharpCompress.Compressors.LZMA;

namespace SharpBuild.Image.Compression.Xz;

/// <summary>
/// Reads the LZMA2 data of one block. The chunks are checked here; what is in them is decoded by SharpCompress.
/// </summary>
/// <remarks>
/// SharpCompress gets each chunk alone, in memory, so that damaged data can neither make it read on into what follows
/// nor end silently.
/// </remarks>
internal sealed class Lzma2Reader : IXzData, IDisposable
{
    private const int HeaderSize = 6;
    private const int LargestChunk = HeaderSize + (64 * 1024);

    private readonly CompressedInput input;
    private readonly byte[] chunk = GC.AllocateUninitializedArray<byte>(LargestChunk);
    private readonly Chunk served;
    private readonly LzmaStream decoder;
    private bool needsDictionary = true;
    private bool needsProperties = true;
    private bool isAtEnd;
    private int left;

    /// <summary>Prepares for a block.</summary>
    /// <param name="input">Where its data begins.</param>
    /// <param name="dictionary">The size of the dictionary, as the block's header has it.</param>
    public Lzma2Reader(CompressedInput input, byte dictionary)
    {
        this.input = input;
        served = new Chunk(chunk);
        decoder = LzmaStream.Create([dictionary], served, leaveOpen: true);
    }

    /// <inheritdoc/>
    public int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || isAtEnd || (left == 0 && !ReadChunk()))
        {
            return 0;
        }

        var length = Decode(buffer[..Math.Min(buffer.Length, left)]);
        left -= length;
        return length > 0 && (left > 0 || served.Left == 0) ? length : throw Corrupt();
    }

    public void Dispose()
    {
        decoder.Dispose();
        served.Dispose();
    }

    private bool ReadChunk()
    {
        var control = (byte)input.ReadByte();
        chunk[0] = control;
        if (control == 0)
        {
            served.Start(1);
            isAtEnd = true;
            return Decode(stackalloc byte[1]) > 0 ? throw Corrupt() : false;
        }

        var resets = control == 1 || control >= 0xE0;
        if (control is > 2 and < 0x80 || (needsDictionary && !resets))
        {
            throw Corrupt();
        }

        needsDictionary = false;
        if (control < 0x80)
        {
            needsProperties |= resets;
            ReadStored();
        }
        else
        {
            ReadCompressed(control);
        }

        return true;
    }

    private void ReadStored()
    {
        input.ReadExactly(chunk.AsSpan(1, 2));
        left = BinaryPrimitives.ReadUInt16BigEndian(chunk.AsSpan(1)) + 1;
        input.ReadExactly(chunk.AsSpan(3, left));
        served.Start(3 + left);
    }

    private void ReadCompressed(byte control)
    {
        var hasProperties = control >= 0xC0;
        if (needsProperties && !hasProperties)
        {
            throw Corrupt();
        }

        needsProperties = false;
        var header = hasProperties ? HeaderSize : HeaderSize - 1;
        input.ReadExactly(chunk.AsSpan(1, header - 1));
        if (hasProperties && !IsValidProperty(chunk[HeaderSize - 1]))
        {
            throw Corrupt();
        }

        left = ((control & 0x1F) << 16) + BinaryPrimitives.ReadUInt16BigEndian(chunk.AsSpan(1)) + 1;
        var size = BinaryPrimitives.ReadUInt16BigEndian(chunk.AsSpan(3)) + 1;
        input.ReadExactly(chunk.AsSpan(header, size));
        if (chunk[header] != 0)
        {
            // The first byte that the encoder writes; decoders shift it out.
            throw Corrupt();
        }

        served.Start(header + size);
    }

    // One byte holds (pb * 5 + lp) * 9 + lc; LZMA2 allows lc + lp up to 4.
    private static bool IsValidProperty(byte value) => value < 9 * 5 * 5 && (value % 9) + (value / 9 % 5) <= 4;

    private int Decode(Span<byte> buffer)
    {
        try
        {
            return decoder.Read(buffer);
        }
        catch (Exception exception) when (exception is SharpCompressException or IOException
            or InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            throw input.Damaged("a chunk cannot be decoded", exception);
        }
    }

    private ImageException Corrupt() => input.Damaged("a chunk cannot be decoded");

    // The bytes of one chunk, for the decoder. It reads past the end of damaged ones: those bytes do not exist.
    private sealed class Chunk(byte[] bytes) : ReadOnlyStream
    {
        private int position;
        private int end;

        public int Left => end - position;

        public void Start(int length) => (position, end) = (0, length);

        public override int ReadByte() => position < end ? bytes[position++] : -1;

        public override int Read(Span<byte> buffer)
        {
            var length = Math.Min(buffer.Length, Left);
            bytes.AsSpan(position, length).CopyTo(buffer);
            position += length;
            return length;
        }
    }
}
