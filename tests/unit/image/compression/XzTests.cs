using System.Buffers.Binary;
using System.Text;
using SharpBuild.Image.Compression;
using Xunit;

namespace SharpBuild.UnitTests.Image.Compression;

public sealed class XzTests : CodecTest
{
    private const int BlockHeader = 12;
    private static readonly byte[] Hello = "hello\nhello\nhello\n"u8.ToArray();

    public static TheoryData<string> Checks => ["None", "Crc32", "Crc64", "Sha256"];

    public static TheoryData<string> Filters =>
    [
        "Blocks", "SizedBlocks", "Delta", "X86", "X86FromOffset", "DeltaAndX86",
        "PowerPc", "Ia64", "Arm", "Thumb", "Sparc", "Arm64",
    ];

    [Theory]
    [MemberData(nameof(Checks))]
    public void Every_kind_of_checksum_is_read(string name) => Assert.Equal(Hello, Read(Codecs.Xz, Sample(name)));

    [Theory]
    [MemberData(nameof(Filters))]
    public void Filters_and_blocks_are_undone(string name)
    {
        Assert.Equal(XzSamples.Data, Read(Codecs.Xz, Sample(name)));
        Assert.Equal(XzSamples.Data, ReadInPieces(Sample(name), 1));
        Assert.Equal(XzSamples.Data, ReadInPieces(Sample(name), 7));
    }

    [Fact]
    public void A_small_dictionary_may_wrap_around()
    {
        var expected = new byte[6000];
        for (var i = 0; i < 3000; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(expected.AsSpan(2 * i), (ushort)(7 * i));
        }

        Assert.Equal(expected, Read(Codecs.Xz, XzSamples.Ramp));
    }

    [Theory]
    [MemberData(nameof(Checks))]
    public void Streams_follow_one_another(string name)
    {
        byte[] padding = [0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal([.. Hello, .. Hello], Read(Codecs.Xz, [.. Sample(name), .. XzSamples.Crc64]));
        byte[] second = [.. padding, .. XzSamples.Crc64, .. padding];
        Assert.Equal([.. Hello, .. Hello], Read(Codecs.Xz, [.. Sample(name), .. second]));
    }

    [Theory]
    [InlineData("Crc32")]
    [InlineData("Crc64")]
    [InlineData("Sha256")]
    [InlineData("SizedBlocks")]
    public void No_changed_bit_yields_other_data(string name) =>
        Assert.Empty(FindUnnoticedChanges(Codecs.Xz, Sample(name)));

    [Theory]
    [MemberData(nameof(Checks))]
    public void Any_cut_is_found(string name) => AssertEveryCutIsReported(Codecs.Xz, Sample(name));

    [Theory]
    [InlineData("Crc32")]
    [InlineData("Crc64")]
    [InlineData("Sha256")]
    public void A_checksum_that_does_not_match_is_named(string name)
    {
        // Before the index (8 bytes) and the footer (12).
        var packed = Sample(name);
        packed[^21] ^= 1;
        Assert.Equal("the xz data is damaged: a block's data does not match its checksum", Fail(Codecs.Xz, packed));
    }

    [Theory]
    [InlineData("x", "it ends too early")]
    [InlineData("something else", "something else follows its end")]
    [InlineData("\0\0\0", "it ends too early")]
    [InlineData("\0\0\0\0x\0\0\0\0\0\0\0\0\0\0\0", "something else follows its end")]
    public void Garbage_behind_the_end_is_refused(string garbage, string expected) =>
        Assert.Equal(
            "the xz data is damaged: " + expected,
            Fail(Codecs.Xz, [.. XzSamples.Crc64, .. Encoding.ASCII.GetBytes(garbage)]));

    [Theory]
    [InlineData(33, null)]
    [InlineData(34, "it wants more than 512 MiB of memory")]
    [InlineData(40, "it wants more than 512 MiB of memory")]
    [InlineData(41, "a block's header is not valid")]
    public void A_dictionary_may_have_up_to_384_MiB(byte dictionary, string? expected)
    {
        // The header of the block: its size, flags, LZMA2, one byte of properties.
        var packed = XzSamples.Crc64;
        Assert.Equal([2, 0, 0x21, 1], packed[BlockHeader..(BlockHeader + 4)]);
        packed[BlockHeader + 4] = dictionary;
        Sign(packed);
        Assert.Equal(expected is null ? null : "the xz data is damaged: " + expected, Fail(Codecs.Xz, packed));
    }

    [Fact]
    public void An_unknown_filter_is_named()
    {
        var packed = XzSamples.X86;
        packed[BlockHeader + 2] = 0x0B;
        Sign(packed);
        Assert.Equal("the xz filter 0x0B is not supported", Fail(Codecs.Xz, packed));
    }

    [Theory]
    [InlineData(1, 0x3C)]
    [InlineData(1, 1)]
    [InlineData(1, 0x40)]
    [InlineData(2, 4)]
    [InlineData(3, 2)]
    [InlineData(5, 1)]
    public void A_wrong_header_is_refused_though_it_is_signed(int offset, byte value)
    {
        var packed = XzSamples.Crc64;
        packed[BlockHeader + offset] = value;
        Sign(packed);
        Assert.NotNull(Fail(Codecs.Xz, packed));
    }

    [Fact]
    public void An_index_of_other_blocks_is_refused()
    {
        // Both whole, and of one size: only the index of the first tells that its block is not the second's.
        var one = XzSamples.Crc32;
        var other = XzSamples.Crc32;
        other[^18] ^= 1;
        Sign(other, other.Length - 20, 4);
        Assert.Null(Fail(Codecs.Xz, one));
        Assert.Equal("the xz data is damaged: the index does not match the blocks", Fail(Codecs.Xz, other));
    }

    [Fact]
    public void Empty_data_is_read() =>
        Assert.Empty(Read(Codecs.Xz, Convert.FromBase64String("/Td6WFoAAATm1rRGAAAAABzfRCEftvN9AQAAAAAEWVo=")));

    [Fact]
    public void A_failing_source_is_not_taken_for_damage()
    {
        using var stream = Codecs.Xz.Decompress(new FailingStream(XzSamples.Crc64[..40]));
        Assert.Equal("the cable is out", Assert.Throws<IOException>(() => stream.ReadByte()).Message);
    }

    private static byte[] Sample(string name) =>
        (byte[])typeof(XzSamples).GetProperty(name)!.GetValue(null)!;

    private static byte[] ReadInPieces(byte[] packed, int size)
    {
        using var stream = Codecs.Xz.Decompress(new MemoryStream(packed));
        using var memory = new MemoryStream();
        stream.CopyTo(memory, size);
        return memory.ToArray();
    }

    // The checksum of the first block's header.
    private static void Sign(byte[] packed) => Sign(packed, BlockHeader, ((packed[BlockHeader] + 1) * 4) - 4);

    private static void Sign(byte[] packed, int offset, int length)
    {
        var crc = uint.MaxValue;
        foreach (var value in packed.AsSpan(offset, length))
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB8_8320);
            }
        }

        BinaryPrimitives.WriteUInt32LittleEndian(packed.AsSpan(offset + length), ~crc);
    }
}
