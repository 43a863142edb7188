using SharpBuild.Image;
using SharpBuild.Image.Tar;
using SharpBuild.Linux;
using Xunit;


namespace SharpBuild.UnitTests.Image;

public sealed class LayerExtractorTests : ExtractionTest
{
    [Fact]
    public void Files_directories_and_links_arrive_with_mode_and_time()
    {
        using var tar = new TarMaker().Directory("dir/", 0x3ED).File("dir/f", "hello", 0x9ED).Link("dir/l", "f").HardLink("dir/h", "dir/f");
        var content = Extract(tar);

        Assert.Equal("hello", Read("dir/h"));
        Assert.Equal((0x9ED, 2u), (Status("dir/f").Permissions, Status("dir/f").Links));
        Assert.Equal(0x3ED, Status("dir").Permissions);
        Assert.Equal(1_700_000_000, Status("dir").Modified.Seconds);
        Assert.Equal(FileKind.SymbolicLink, Status("dir/l").Kind);
        Assert.Equal((4, 5L), (content.Entries, content.FileBytes));
    }

    [Fact]
    public void The_diff_id_is_that_of_all_bytes_read()
    {
        using var tar = new TarMaker().File("f", new string('x', 700_000));
        using var stream = tar.ToStream();
        using var padded = new MemoryStream([.. stream.ToArray(), .. new byte[8192]]);
        var content = SharpBuild.Image.Layers.LayerExtractor.Extract(padded, Root, new() { UserXattr = true }, CancellationToken.None);
        Assert.Equal(Digest.Compute(padded.ToArray()), content.DiffId);
        Assert.Equal(padded.Length, content.TarSize);
    }

    [Fact]
    public void Whiteouts_become_what_overlayfs_reads()
    {
        using var tar = new TarMaker().Directory("d").File("d/.wh.gone").Directory("o").File("o/.wh..wh..opq").File("o/kept").File("d/.wh..wh.plnk");
        Extract(tar);
        Assert.True(Status("d/gone").IsWhiteout);
        Assert.Equal("y"u8.ToArray(), ExtendedAttributes.Get(Root, "o", "user.overlay.opaque"));
        Assert.True(Exists("o/kept"));
        Assert.False(Exists("d/.wh..wh.plnk"));
    }

    [Fact]
    public void A_whiteout_spares_what_the_same_layer_makes()
    {
        using var tar = new TarMaker().File("f", "new").File(".wh.f").Directory("d").File("d/new").File(".wh.d").File(".wh.later").Directory("later");
        Extract(tar);
        Assert.Equal("new", Read("f"));
        Assert.True(Exists("d/new"));
        Assert.Equal("y"u8.ToArray(), ExtendedAttributes.Get(Root, "d", "user.overlay.opaque"));
        Assert.Equal("y"u8.ToArray(), ExtendedAttributes.Get(Root, "later", "user.overlay.opaque"));
    }

    [Fact]
    public void Parents_that_the_tar_leaves_out_look_as_below()
    {
        var lowerDirectory = Directory.CreateDirectory(Path.Combine(LowerPath, "a/b")).FullName;
        File.SetUnixFileMode(lowerDirectory, (UnixFileMode)0x1C8);
        Directory.SetLastWriteTimeUtc(lowerDirectory, DateTimeOffset.FromUnixTimeSeconds(1_600_000_000).UtcDateTime);
        using var lower = Open("lower");
        using var tar = new TarMaker().File("a/b/c/f");
        Extract(tar, lower);
        Assert.Equal((0x1C8, 1_600_000_000), (Status("a/b").Permissions, Status("a/b").Modified.Seconds));
        Assert.Equal((0x1ED, 0), (Status("a/b/c").Permissions, Status("a/b/c").Modified.Seconds));
    }

    [Fact]
    public void A_hard_link_to_a_lower_file_brings_it_along()
    {
        File.WriteAllText(Path.Combine(LowerPath, "original"), "below");
        using var lower = Open("lower");
        using var tar = new TarMaker().HardLink("second", "original");
        Extract(tar, lower);
        Assert.Equal("below", Read("second"));
        Assert.Equal(Status("original").Inode, Status("second").Inode);
    }

    [Fact]
    public void Later_entries_replace_earlier_ones()
    {
        using var tar = new TarMaker().Directory("x").File("x/inner").File("x", "file").File("y").Directory("y").File("y/in").Link("z", "y").File("z", "no link");
        Extract(tar);
        Assert.Equal("file", Read("x"));
        Assert.True(Exists("y/in"));
        Assert.Equal("no link", Read("z"));
    }

    [Fact]
    public void Links_on_the_way_are_followed_with_the_root_as_ceiling()
    {
        using var tar = new TarMaker().Link("lib", "/usr/lib").Link("up", "../../..").File("lib/a", "1").File("up/b", "2").Link("usr/lib/self", ".").File("lib/self/self/c", "3");
        Extract(tar);
        Assert.Equal(["1", "2", "3"], [Read("usr/lib/a"), Read("b"), Read("usr/lib/c")]);
    }

    [Theory]
    [InlineData("../outside/secret")]
    [InlineData("a/../../outside/secret")]
    public void Paths_that_lead_out_are_refused(string path)
    {
        using var tar = new TarMaker().File(path, "overwritten");
        Assert.Equal(ImageErrorCodes.UnsafeTar, Assert.Throws<ImageException>(() => Extract(tar)).Code);
    }

    [Theory]
    [InlineData(".wh...")]
    [InlineData(".wh..")]
    [InlineData(".wh.")]
    public void Whiteouts_of_no_name_are_refused(string path)
    {
        using var tar = new TarMaker().File("d/" + path);
        Assert.Equal(ImageErrorCodes.UnsafeTar, Assert.Throws<ImageException>(() => Extract(tar)).Code);
    }

    [Fact]
    public void Endless_links_are_reported()
    {
        using var tar = new TarMaker().Link("a", "b").Link("b", "a").File("a/f");
        Assert.Contains("Too many levels", Assert.Throws<ImageException>(() => Extract(tar)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_bytes_than_allowed_are_refused()
    {
        using var tar = new TarMaker().File("f", new string('x', 2000));
        using var stream = tar.ToStream();
        var exception = Assert.Throws<ImageException>(() => SharpBuild.Image.Layers.LayerExtractor.Extract(stream, Root, new() { MaximumBytes = 1500 }, CancellationToken.None));
        Assert.Equal(ImageErrorCodes.LimitExceeded, exception.Code);
    }

    [Fact]
    public void No_mixture_of_entries_reaches_outside()
    {
        var before = DescribeOutside();
        string[] words = ["a", "b", "..", ".", "", "link", ".wh.a", ".wh.link", ".wh..wh..opq", "secret"];
        string[] targets = ["..", "../outside", "../outside/secret", "../../outside", "/", "a", "b/..", "link", OutsidePath, OutsidePath + "/secret", "/proc/self/cwd", "."];
        TarEntryKind[] kinds = [TarEntryKind.File, TarEntryKind.File, TarEntryKind.Directory, TarEntryKind.SymbolicLink, TarEntryKind.SymbolicLink, TarEntryKind.HardLink, TarEntryKind.Fifo];
        var random = new Random(42);
        for (var round = 0; round < 600; round++)
        {
            using var tar = new TarMaker();
            for (var i = random.Next(1, 12); i > 0; i--)
            {
                var path = string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => words[random.Next(words.Length)]));
                tar.Add(path, kinds[random.Next(kinds.Length)], targets[random.Next(targets.Length)], random.Next(0x200) | 0x1C0);
            }

            try
            {
                _ = round % 2 == 0 ? Extract(tar) : UnpackInto(tar, random);
            }
            catch (ImageException)
            {
                // Refused is fine.
            }

            Assert.Equal(before, DescribeOutside());
            Empty();
        }
    }

    [Fact]
    public void Names_need_not_be_text()
    {
        using var memory = new MemoryStream();
        using (var output = new StreamBufferWriter(memory))
        {
            var writer = new TarWriter(output);
            FileStatuses.TryGet("/proc/self", out var owner);
            writer.WriteHeader(new() { Path = new byte[] { (byte)'n', 0xE9, 0xFF }, Uid = owner.Uid, Gid = owner.Gid });
            writer.WriteEnd();
        }

        memory.Position = 0;
        SharpBuild.Image.Layers.LayerExtractor.Extract(memory, Root, new() { UserXattr = true }, CancellationToken.None);
        using var again = Open("root");
        Assert.Equal<byte>([(byte)'n', 0xE9, 0xFF, 0], Assert.Single(ByteNames.ReadEntries(again)).Name);
    }

    private SharpBuild.Image.Layers.LayerContent UnpackInto(TarMaker tar, Random random)
    {
        Unpack(tar, random.Next(2) == 0 ? "/" : "/a/inner");
        return default;
    }

    private void Empty()
    {
        using var directory = Open("root");
        foreach (var entry in ByteNames.ReadEntries(directory))
        {
            TreeRemover.Remove(Root, entry.Name);
        }
    }
}
