using SharpBuild.Image.Compression;
using Xunit;

namespace SharpBuild.UnitTests.Image.Compression;

public sealed class ZstdTests : CodecTest
{
    // A frame of five bytes that are not compressed; its parts: mark, flags, then what the flags say, then the block.
    private static readonly byte[] Mark = [0x28, 0xB5, 0x2F, 0xFD];
    private static readonly byte[] Block = [0x29, 0, 0, .. "hello"u8];
    private static readonly byte[] Skippable = [0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3];

    public static TheoryData<string> Libraries => NativeZstd.IsInstalled ? ["native", "managed"] : ["managed"];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void What_is_compressed_comes_back(string library)
    {
        foreach (var level in (int?[])[null, 0, 1, 19])
        {
            foreach (var size in (int[])[0, 1, 100_000, 1_500_000])
            {
                var data = MakeData(size);
                var packed = Pack(Codec(library), data, level);
                Assert.Equal(packed, Pack(Codec(library), data, level));
                Assert.All(Libraries, reader => Assert.Equal(data, Read(Codec(reader.Data), packed)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Frames_follow_one_another(string library)
    {
        byte[] frame = [.. Mark, 0x20, 5, .. Block];
        var codec = Codec(library);
        Assert.Equal("hello"u8, Read(codec, frame));
        Assert.Equal("hellohello"u8, Read(codec, [.. frame, .. frame]));
        byte[] between = [.. frame, .. Skippable, .. Skippable, .. frame];
        Assert.Equal("hellohello"u8, Read(codec, [.. Skippable, .. between, .. Skippable]));
        Assert.Empty(Read(codec, Skippable));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_frame_that_needs_a_dictionary_is_refused(string library) =>
        Assert.Equal(
            "the zstd data needs a dictionary, which is not supported",
            Fail(Codec(library), [.. Mark, 0x21, 7, 5, .. Block]));

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_window_may_have_up_to_128_MiB(string library)
    {
        Assert.Null(Fail(Codec(library), [.. Mark, 0, (27 - 10) << 3, .. Block]));
        const string expected = "the zstd data is damaged: it wants more than 128 MiB of memory";
        Assert.Equal(expected, Fail(Codec(library), [.. Mark, 0, (28 - 10) << 3, .. Block]));
        Assert.Equal(expected, Fail(Codec(library), [.. Mark, 0, (41 - 10) << 3, .. Block]));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Any_cut_is_found(string library)
    {
        var packed = Pack(Codec(library), MakeData(300), null);
        AssertEveryCutIsReported(Codec(library), [.. packed, .. Skippable[..^1]], from: packed.Length + 1);
        AssertEveryCutIsReported(Codec(library), packed, from: 1);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void No_changed_bit_yields_other_data(string library) =>
        Assert.Empty(FindUnnoticedChanges(Codec(library), Pack(Codec(library), MakeData(300), null)));

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Garbage_behind_the_end_is_refused(string library)
    {
        var packed = Pack(Codec(library), MakeData(300), null);
        Assert.NotNull(Fail(Codec(library), [.. packed, .. "something else"u8]));
        Assert.NotNull(Fail(Codec(library), [.. packed, 0]));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_failing_source_is_not_taken_for_damage(string library)
    {
        using var stream = Codec(library).Decompress(new FailingStream(Mark));
        Assert.Equal("the cable is out", Assert.Throws<IOException>(() => stream.ReadByte()).Message);
    }

    [Fact]
    public void The_library_is_part_of_the_encoders_version()
    {
        Assert.StartsWith("managed-1", Codec("managed").EncoderVersion, StringComparison.Ordinal);
        Assert.SkipUnless(NativeZstd.IsInstalled, "libzstd is not installed");
        Assert.NotEqual(Codec("managed").EncoderVersion, Codec("native").EncoderVersion);
    }

    private static ZstdCodec Codec(string library) =>
        new(() => library == "native" ? new NativeZstd() : new ManagedZstd());

    private static byte[] Pack(ZstdCodec codec, byte[] data, int? level)
    {
        using var memory = new MemoryStream();
        using (var stream = codec.Compress(memory, level))
        {
            stream.Write(data);
        }

        return memory.ToArray();
    }

    private static byte[] MakeData(int size)
    {
        var random = new Random(size);
        return [.. Enumerable.Range(0, size).Select(_ => (byte)(random.Next(4) == 0 ? random.Next(256) : 'x'))];
    }
}
