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
        Assert.True(ArchiveExtractor.IsArchive(archive));
        Assert.Equal(0, archive.Position);
        ArchiveExtractor.Extract(archive, Root, "/opt/new/", ArchiveExtractionOptions.Default, CancellationToken.None);
        Assert.Equal("hello", Read("opt/new/f"));
    }

    [Theory]
    [InlineData("uncompressed")]
    [InlineData("gzip")]
    public void What_holds_no_tar_is_no_archive(string codec)
    {
        using var text = Compress(codec, new MemoryStream("just some text, no tar"u8.ToArray()));
        using var nothing = Compress(codec, new MemoryStream());
        Assert.False(ArchiveExtractor.IsArchive(text));
        Assert.False(ArchiveExtractor.IsArchive(nothing));
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
        File.CreateSymbolicLink(Path.Combine(RootPath, "dest"), OutsidePath);
        using var tar = new TarMaker().File("var/run/pid", "1").HardLink("var/run/other", "var/run/pid");
        Unpack(tar, "/");
        Assert.Equal(["1", "1"], [Read("run/pid"), Read("run/other")]);

        using var second = new TarMaker().File("secret", "mine");
        var before = DescribeOutside();
        Unpack(second, "/dest");
        Assert.Equal(before, DescribeOutside());
        Assert.Equal("mine", Read(OutsidePath.TrimStart('/') + "/secret"));
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
