using System.Text;
using SharpBuild.Image.Compression;
using Xunit;

namespace SharpBuild.UnitTests.Image.Compression;

public sealed class Bzip2Tests : CodecTest
{
    private static readonly byte[] Hello = "hello\nhello\nhello\n"u8.ToArray();

    // By bzip2 1.0.8.
    private static byte[] Packed =>
        Convert.FromBase64String("QlpoOTFBWSZTWSe8ZnEAAARBAAAQAkSgACI/VGQZoKjkXHi7kinChIE94zOI");

    private static byte[] Empty => Convert.FromBase64String("QlpoORdyRThQkAAAAAA=");

    [Fact]
    public void Members_follow_one_another()
    {
        Assert.Equal(Hello, Read(Codecs.Bzip2, Packed));
        Assert.Equal([.. Hello, .. Hello], Read(Codecs.Bzip2, [.. Packed, .. Packed]));
        Assert.Equal(Hello, Read(Codecs.Bzip2, [.. Empty, .. Empty, .. Packed, .. Empty]));
        Assert.Empty(Read(Codecs.Bzip2, Empty));
    }

    [Fact]
    public void Any_cut_is_found()
    {
        AssertEveryCutIsReported(Codecs.Bzip2, Packed);
        AssertEveryCutIsReported(Codecs.Bzip2, Empty);
    }

    [Fact]
    public void No_changed_bit_yields_other_data() => Assert.Empty(FindUnnoticedChanges(Codecs.Bzip2, Packed));

    [Theory]
    [InlineData(10)]
    [InlineData(13)]
    public void A_wrong_checksum_of_a_block_is_found(int offset) =>
        Assert.Equal("the bzip2 data is damaged: a block cannot be decoded", Fail(Codecs.Bzip2, Change(offset * 8)));

    [Fact]
    public void A_wrong_checksum_of_the_whole_is_found() =>
        Assert.Equal(
            "the bzip2 data is damaged: a block cannot be decoded",
            Fail(Codecs.Bzip2, Change((Packed.Length - 3) * 8)));

    [Theory]
    [InlineData("x")]
    [InlineData("BZ")]
    [InlineData("BZhx")]
    [InlineData("BZh0 something else")]
    [InlineData("\0")]
    [InlineData("\0\0\0\0\0\0\0\0")]
    public void Garbage_behind_the_end_is_refused(string garbage) =>
        Assert.NotNull(Fail(Codecs.Bzip2, [.. Packed, .. Encoding.ASCII.GetBytes(garbage)]));

    [Fact]
    public void A_failing_source_is_not_taken_for_damage()
    {
        using var stream = Codecs.Bzip2.Decompress(new FailingStream(Packed[..30]));
        Assert.Equal("the cable is out", Assert.Throws<IOException>(() => stream.ReadByte()).Message);
    }

    private static byte[] Change(int bit)
    {
        var packed = Packed;
        packed[bit / 8] ^= (byte)(1 << (bit % 8));
        return packed;
    }
}
