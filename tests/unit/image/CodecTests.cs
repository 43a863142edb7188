using System.IO.Compression;
using SharpBuild.Image;
using SharpBuild.Image.Compression;
using Xunit;


namespace SharpBuild.UnitTests.Image;

public sealed class CodecTests
{
    [Theory]
    [InlineData("gzip", 0)]
    [InlineData("gzip", 1)]
    [InlineData("gzip", 5_000_000)]
    [InlineData("zstd", 0)]
    [InlineData("zstd", 5_000_000)]
    [InlineData("uncompressed", 100_000)]
    public void What_is_compressed_comes_back(string name, int size)
    {
        var data = MakeData(size);
        var packed = Compress(name, data);
        Assert.Equal(data, Read(Codecs.Decompress(new MemoryStream(packed), CancellationToken.None)));
        Assert.Equal(packed, Compress(name, data));
    }

    [Fact]
    public void Gzip_members_are_read_by_the_runtime_and_hold_no_time()
    {
        var data = MakeData(2_500_000);
        var packed = Compress("gzip", data);
        Assert.Equal(data, Read(new GZipStream(new MemoryStream(packed), CompressionMode.Decompress)));
        Assert.Equal<byte>([0x1F, 0x8B, 8, 0, 0, 0, 0, 0], packed[..8]);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public void Damage_is_reported(string name)
    {
        var packed = Compress(name, MakeData(300_000));
        packed[packed.Length / 2] ^= 0xFF;
        Assert.Equal(ImageErrorCodes.Compression, Assert.Throws<ImageException>(() => Read(Codecs.Decompress(new MemoryStream(packed), CancellationToken.None))).Code);
    }

    [Fact]
    public void A_zstd_stream_that_ends_early_is_reported()
    {
        var packed = Compress("zstd", MakeData(300_000));
        Assert.Throws<ImageException>(() => Read(Codecs.Decompress(new MemoryStream(packed[..^10]), CancellationToken.None)));
    }

    [Fact]
    public void Xz_and_bzip2_are_read()
    {
        // "hello\n" by xz -9 and by bzip2; the latter is read twice in a row, as parallel compressors write.
        var xz = Convert.FromBase64String("/Td6WFoAAATm1rRGAgAhARwAAAAQz1jMAQAFaGVsbG8KAAAApWCX8ZT2/eAAAR4GwS+kHR+2830BAAAAAARZWg==");
        var bzip2 = Convert.FromBase64String("QlpoOTFBWSZTWcHAgOIAAAFBAAAQAkSgADDNAMNGKZcXckU4UJDBwIDi");
        Assert.Equal("hello\nhello\n"u8.ToArray(), Read(Codecs.Decompress(new MemoryStream([.. bzip2, .. bzip2]), CancellationToken.None)));
        Assert.Equal("hello\n"u8.ToArray(), Read(Codecs.Decompress(new MemoryStream(xz), CancellationToken.None)));
    }

    private static byte[] MakeData(int size)
    {
        var data = new byte[size];
        var random = new Random(size);
        for (var i = 0; i < size; i++)
        {
            data[i] = (byte)(random.Next(4) == 0 ? random.Next(256) : 'x');
        }

        return data;
    }

    private static byte[] Compress(string name, byte[] data)
    {
        using var memory = new MemoryStream();
        using (var stream = Codecs.TryGet(name)!.Compress(memory, null))
        {
            stream.Write(data);
        }

        return memory.ToArray();
    }

    private static byte[] Read(Stream stream)
    {
        using var owned = stream;
        using var memory = new MemoryStream();
        owned.CopyTo(memory);
        return memory.ToArray();
    }
}
