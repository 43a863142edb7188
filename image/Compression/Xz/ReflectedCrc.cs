using System.Buffers.Binary;

namespace SharpBuild.Image.Compression.Xz;

/// <summary>A CRC of up to 64 bits whose bits run backwards, eight bytes at a time. xz uses two of them.</summary>
internal sealed class ReflectedCrc
{
    private const int Slices = 8;

    private readonly ulong[] table = new ulong[Slices * 256];
    private readonly ulong mask;

    private ReflectedCrc(ulong polynomial, ulong mask)
    {
        this.mask = mask;
        for (var value = 0; value < 256; value++)
        {
            var crc = (ulong)value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * polynomial);
            }

            table[value] = crc;
        }

        for (var i = 256; i < table.Length; i++)
        {
            var previous = table[i - 256];
            table[i] = (previous >> 8) ^ table[(byte)previous];
        }
    }

    /// <summary>CRC-32 of IEEE 802.3.</summary>
    public static ReflectedCrc Crc32 { get; } = new(0xEDB8_8320, uint.MaxValue);

    /// <summary>CRC-64 of ECMA-182.</summary>
    public static ReflectedCrc Crc64 { get; } = new(0xC96C_5795_D787_0F42, ulong.MaxValue);

    /// <summary>
    /// The checksum of the bytes that <paramref name="crc"/> stands for (0 for none), followed by <paramref
    /// name="data"/>.
    /// </summary>
    public ulong Append(ulong crc, ReadOnlySpan<byte> data)
    {
        crc ^= mask;
        while (data.Length >= Slices)
        {
            crc ^= BinaryPrimitives.ReadUInt64LittleEndian(data);
            crc = table[(7 * 256) + (byte)crc] ^ table[(6 * 256) + (byte)(crc >> 8)]
                ^ table[(5 * 256) + (byte)(crc >> 16)] ^ table[(4 * 256) + (byte)(crc >> 24)]
                ^ table[(3 * 256) + (byte)(crc >> 32)] ^ table[(2 * 256) + (byte)(crc >> 40)]
                ^ table[256 + (byte)(crc >> 48)] ^ table[(byte)(crc >> 56)];
            data = data[Slices..];
        }

        foreach (var value in data)
        {
            crc = (crc >> 8) ^ table[(byte)(crc ^ value)];
        }

        return crc ^ mask;
    }
}
