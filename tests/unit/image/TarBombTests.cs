using SharpBuild.Image.Layers;
using Xunit;

namespace SharpBuild.UnitTests.Image;

/// <summary>Tars that are small where they are stored and have no end once they are unpacked.</summary>
public sealed class TarBombTests : ExtractionTest
{
    private const byte OldDirectory = (byte)'D';
    private const byte Global = (byte)'g';
    private const byte Extended = (byte)'x';

    [Theory]
    [InlineData(OldDirectory, 1L << 40, false)]
    [InlineData(Global, 1L << 20, true)]
    [InlineData(Extended, 1L << 20, true)]
    public void What_is_passed_over_ends_with_the_token(byte flag, long size, bool repeats)
    {
        using var stop = new CancellationTokenSource();
        using var bomb = new Bomb(Header(flag, size), repeats ? 512 + size : long.MaxValue, stop);
        Assert.ThrowsAny<OperationCanceledException>(() => ArchiveExtractor.Extract(bomb, Root, ArchiveExtractionOptions.Default, stop.Token));
    }

    [Theory]
    [InlineData(Global)]
    [InlineData(Extended)]
    public void Asking_for_an_archive_ends_with_the_token(byte flag)
    {
        using var stop = new CancellationTokenSource();
        using var bomb = new Bomb(Header(flag, 1 << 20), 512 + (1 << 20), stop);
        Assert.ThrowsAny<OperationCanceledException>(() => ArchiveExtractor.IsArchive(bomb, stop.Token));
    }

    [Fact]
    public void What_follows_the_end_ends_with_the_token()
    {
        using var tar = new TarMaker().File("f");
        using var stop = new CancellationTokenSource();
        using var bomb = new Bomb(tar.ToStream().ToArray(), long.MaxValue, stop);
        Assert.ThrowsAny<OperationCanceledException>(() => ArchiveExtractor.Extract(bomb, Root, ArchiveExtractionOptions.Default, stop.Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nested_directories_take_no_memory_for_their_paths(bool isLayer)
    {
        const int depth = 1500;
        using var tar = new TarMaker();
        foreach (var top in (string[])["a/", "b/", "c/"])
        {
            // Of a layer every parent has a time of its own; of an archive only what it lists.
            tar.Directory(top + string.Concat(Enumerable.Repeat("x/", depth)));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        if (isLayer)
        {
            Extract(tar);
        }
        else
        {
            Unpack(tar, "/");
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }

    [Fact]
    public void A_directory_keeps_its_time_when_files_come_later()
    {
        using var tar = new TarMaker().Directory("a").Directory("a/b").File("a/b/f").File("z").File("a/b/g").File("y").File("a/h");
        Unpack(tar, "/");
        Assert.Equal([1_700_000_000, 1_700_000_000], [Status("a").Modified.Seconds, Status("a/b").Modified.Seconds]);
    }

    [Theory]
    [InlineData("x/")]
    [InlineData("nnnnnnnnnn")]
    public void A_path_of_a_megabyte_is_not_repeated_in_the_message(string part)
    {
        using var tar = new TarMaker().File(string.Concat(Enumerable.Repeat(part, 50_000)) + "f");
        var failure = Assert.Throws<SharpBuild.Image.ImageException>(() => Extract(tar));
        Assert.InRange(failure.Message.Length, 1, 500);
        Assert.InRange(failure.Subject!.Length, 1, 500);
    }

    private static byte[] Header(byte flag, long size)
    {
        var header = new byte[512];
        "bomb"u8.CopyTo(header);
        "0000644\0"u8.CopyTo(header.AsSpan(100));
        "0000000\0"u8.CopyTo(header.AsSpan(108));
        "0000000\0"u8.CopyTo(header.AsSpan(116));
        header[124] = 0x80; // a number in base 256
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(128), size);
        "00000000000\0"u8.CopyTo(header.AsSpan(136));
        header[156] = flag;
        "ustar\0"u8.CopyTo(header.AsSpan(257));
        header.AsSpan(148, 8).Fill((byte)' ');
        var sum = header.Sum(static value => value);
        System.Text.Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        return header;
    }

    // Zeros without end, a header again and again among them; after some megabytes somebody wants it to stop.
    private sealed class Bomb(byte[] header, long period, CancellationTokenSource stop) : MemoryStream
    {
        private const long Patience = 4 << 20;
        private long position;

        public override long Position { get; set; }

        public override int Read(Span<byte> buffer)
        {
            if (position > Patience)
            {
                stop.Cancel();
                Assert.InRange(position, 0, 64 * Patience);
            }

            buffer.Clear();
            for (var index = 0; index < buffer.Length; index++, position++)
            {
                var place = position % period;
                buffer[index] = place < header.Length ? header[place] : (byte)0;
            }

            return buffer.Length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    }
}
