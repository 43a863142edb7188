namespace SharpBuild.Image.Tar;

/// <summary>The layout of a tar header (POSIX.1-1988 "ustar") and the numbers in it.</summary>
internal static class TarFormat
{
    public const int BlockSize = 512;
    public const int NameSize = 100;
    public const int PrefixSize = 155;

    public static readonly Range Name = 0..100;
    public static readonly Range Mode = 100..108;
    public static readonly Range Uid = 108..116;
    public static readonly Range Gid = 116..124;
    public static readonly Range Size = 124..136;
    public static readonly Range Modified = 136..148;
    public static readonly Range Checksum = 148..156;
    public const int TypeFlag = 156;
    public static readonly Range LinkName = 157..257;
    public static readonly Range Magic = 257..265;
    public static readonly Range DeviceMajor = 329..337;
    public static readonly Range DeviceMinor = 337..345;
    public static readonly Range Prefix = 345..500;

    public const byte PaxHeader = (byte)'x';
    public const byte PaxGlobalHeader = (byte)'g';
    public const byte GnuLongName = (byte)'L';
    public const byte GnuLongLink = (byte)'K';
    public const byte GnuSparse = (byte)'S';
    public const byte GnuVolumeLabel = (byte)'V';
    public const byte GnuDirectoryListing = (byte)'D';

    public static ReadOnlySpan<byte> PosixMagic => "ustar\000"u8;

    public static ReadOnlySpan<byte> GnuMagic => "ustar  \0"u8;

    public static ReadOnlySpan<byte> AttributePrefix => "SCHILY.xattr."u8;

    /// <summary>The bytes that fill the last block after <paramref name="size"/> bytes of data.</summary>
    public static int Padding(long size) => (int)(-size & (BlockSize - 1));

    /// <summary>The sum that a header must state: of all its bytes, with blanks in the sum's own field.</summary>
    public static (long Unsigned, long Signed) SumOf(ReadOnlySpan<byte> header)
    {
        long unsigned = 0;
        long signed = 0;
        for (var i = 0; i < BlockSize; i++)
        {
            var value = i is >= 148 and < 156 ? (byte)' ' : header[i];
            unsigned += value;
            signed += (sbyte)value;
        }

        return (unsigned, signed);
    }

    public static bool FitsOctal(long value, int fieldSize) => value >= 0 && (fieldSize >= 22 || value < 1L << (3 * (fieldSize - 1)));

    /// <summary>Writes an octal number with leading zeros and an ending zero byte; zero when it does not fit.</summary>
    public static void WriteOctal(Span<byte> field, long value)
    {
        value = FitsOctal(value, field.Length) ? value : 0;
        field[^1] = 0;
        for (var i = field.Length - 2; i >= 0; i--)
        {
            field[i] = (byte)('0' + (value & 7));
            value >>= 3;
        }
    }

    /// <summary>Reads an octal number with blanks or zero bytes around it, or GNU's base-256. False when it is neither or too large.</summary>
    public static bool TryReadNumber(ReadOnlySpan<byte> field, out long value)
    {
        if ((field[0] & 0x80) != 0)
        {
            return TryReadBinary(field, out value);
        }

        value = 0;
        field = field.Trim(" \0"u8);
        foreach (var digit in field)
        {
            if (digit is < (byte)'0' or > (byte)'7' || value > long.MaxValue >> 3)
            {
                return false;
            }

            value = (value << 3) | (uint)(digit - '0');
        }

        return true;
    }

    public static ReadOnlySpan<byte> ReadText(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }

    // Two's complement, big endian; the first bit marks the form and the second is the sign.
    private static bool TryReadBinary(ReadOnlySpan<byte> field, out long value)
    {
        var isNegative = (field[0] & 0x40) != 0;
        value = isNegative ? -1 : 0;
        for (var i = 0; i < field.Length; i++)
        {
            var next = i == 0 ? (byte)(isNegative ? field[0] | 0x80 : field[0] & 0x7f) : field[i];
            if (value is > (long.MaxValue >> 8) or < (long.MinValue >> 8))
            {
                return false;
            }

            value = (value << 8) | next;
        }

        return true;
    }
}
