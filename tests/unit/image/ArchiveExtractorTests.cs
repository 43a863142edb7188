using SharpBuild.Image.Compression;
using SharpBuild.Image.Layers;
using Xunit;

namespace SharpBuild.UnitTests.Image;

public sealed class ArchiveExtractorTests : ExtractionTest
{
    [Theory]
    [InlineData("uncompressed")]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public void An_archive_is_known_by_its_content(string codec)
    {
        using var tar = new TarMaker().File("f", "hello");
        using var archive = Compress(codec, tar.ToStream());
        Assert.True(ArchiveExtractor.IsArchive(archive, CancellationToken.None));
        Assert.Equal(0, archive.Position);
        ArchiveExtractor.Extract(archive, Root, ArchiveExtractionOptions.Default, CancellationToken.None);
        Assert.Equal("hello", Read("f"));
    }

    [Theory]
    [InlineData("uncompressed")]
    [InlineData("gzip")]
    public void What_holds_no_tar_is_no_archive(string codec)
    {
        using var text = Compress(codec, new MemoryStream("just some text, no tar"u8.ToArray()));
        using var nothing = Compress(codec, new MemoryStream());
        Assert.False(ArchiveExtractor.IsArchive(text, CancellationToken.None));
        Assert.False(ArchiveExtractor.IsArchive(nothing, CancellationToken.None));
    }

    [Fact]
    public void The_entry_of_the_root_leaves_the_destination_alone()
    {
        Directory.CreateDirectory(Path.Combine(RootPath, "opt"));
        File.SetUnixFileMode(Path.Combine(RootPath, "opt"), (UnixFileMode)0x1C0);
        using var tar = new TarMaker().Directory("./", 0x1FF).File("./f");
        Unpack(tar, "/opt");
        Assert.Equal(0x1C0, Status("opt").Permissions);
        Assert.True(Exists("opt/f"));
    }

    [Fact]
    public void Links_of_the_root_are_followed_inside_it()
    {
        Directory.CreateDirectory(Path.Combine(RootPath, "var"));
        File.CreateSymbolicLink(Path.Combine(RootPath, "var/run"), "/run");
        using var tar = new TarMaker().File("var/run/pid", "1").HardLink("var/run/other", "var/run/pid");
        Unpack(tar, "/");
        Assert.Equal(["1", "1"], [Read("run/pid"), Read("run/other")]);
    }

    [Theory]
    [InlineData("..", "file")]
    [InlineData("../../..", "file")]
    [InlineData("/", "file")]
    [InlineData("/etc", "etc/file")]
    [InlineData("/../../etc", "etc/file")]
    [InlineData("sub/../..", "file")]
    [InlineData("other", "file")]
    public void What_goes_through_a_link_of_the_archive_stays_inside(string target, string expected)
    {
        var before = DescribeOutside();
        using var tar = new TarMaker().Link("other", "..").Directory("sub").Link("link", target).File("link/file", "x").HardLink("link/hard", "link/file");
        Unpack(tar, "/opt/dir");
        Assert.Equal("x", Read($"opt/dir/{expected}"));
        Assert.Equal(["dir"], Directory.GetFileSystemEntries(Path.Combine(RootPath, "opt")).Select(Path.GetFileName));
        Assert.Equal(["opt"], Directory.GetFileSystemEntries(RootPath).Select(Path.GetFileName));
        Assert.Equal(before, DescribeOutside());
    }

    [Fact]
    public void A_hard_link_reaches_nothing_beside_the_destination()
    {
        File.WriteAllText(Path.Combine(RootPath, "secret"), "beside");
        using var tar = new TarMaker().Link("up", "..").HardLink("stolen", "up/secret");
        Assert.Throws<SharpBuild.Image.ImageException>(() => Unpack(tar, "/opt"));
        using var absolute = new TarMaker().HardLink("stolen", "../../secret");
        Assert.Throws<SharpBuild.Image.ImageException>(() => Unpack(absolute, "/opt"));
    }

    [Fact]
    public void A_link_that_is_there_already_is_followed_inside_the_destination()
    {
        Directory.CreateDirectory(Path.Combine(RootPath, "opt"));
        File.CreateSymbolicLink(Path.Combine(RootPath, "opt/link"), OutsidePath);
        var before = DescribeOutside();
        using var tar = new TarMaker().File("link/secret", "mine");
        Unpack(tar, "/opt");
        Assert.Equal(before, DescribeOutside());
        Assert.Equal("mine", Read("opt" + OutsidePath + "/secret"));
    }

    [Fact]
    public void Directories_are_merged_and_the_rest_is_replaced()
    {
        Directory.CreateDirectory(Path.Combine(RootPath, "d"));
        File.WriteAllText(Path.Combine(RootPath, "d/old"), "old");
        File.WriteAllText(Path.Combine(RootPath, "d/f"), "old");
        using var tar = new TarMaker().Directory("d").File("d/f", "new");
        Unpack(tar, "");
        Assert.Equal(["old", "new"], [Read("d/old"), Read("d/f")]);
    }

    [Fact]
    public void Whiteout_names_are_plain_names_here()
    {
        using var tar = new TarMaker().File(".wh.f", "literal");
        Unpack(tar, "/");
        Assert.Equal("literal", Read(".wh.f"));
    }

    [Fact]
    public void A_mode_change_counts_for_all()
    {
        using var tar = new TarMaker().Directory("d").File("d/f");
        Unpack(tar, "/", new() { ChangeMode = (mode, isDirectory) => isDirectory ? 0x1C0 : mode & ~0x24 });
        Assert.Equal((0x1C0, 0x180), (Status("d").Permissions, Status("d/f").Permissions));
    }

    private static MemoryStream Compress(string codec, MemoryStream data)
    {
        using var memory = new MemoryStream();
        using (var stream = Codecs.TryGet(codec)!.Compress(memory, null))
        {
            data.CopyTo(stream);
        }

        return new(memory.ToArray());
    }
}
