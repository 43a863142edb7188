using System.IO.Compression;
using System.Text;
using SharpBuild.Image;
using SharpBuild.Image.Layouts;
using SharpBuild.Image.Tar;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.Image.Layouts;

public sealed class LayoutTests : IDisposable
{
    private readonly TemporaryDirectory scratch = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_docker_writer_writes_the_reader_reads(bool isCompressed)
    {
        var image = new SampleImage("one", "two");
        var bytes = await WriteDockerAsync(image, "app:1", "registry.example/team/app:2");
        using var archive = await OpenAsync(isCompressed ? Gzip(bytes) : bytes);
        var found = Assert.Single(archive.ReadImages(null, Token));
        Assert.Equal(image.Manifest, found.ManifestBytes.ToArray());
        Assert.Equal(image.Config, found.ConfigBytes.ToArray());
        Assert.Equal(["docker.io/library/app:1", "registry.example/team/app:2"], found.Names.Select(n => n.ToString()));
        await AssertLayersAsync(image, archive, found);
    }

    [Fact]
    public async Task The_same_images_give_the_same_archive()
    {
        Assert.Equal(await WriteDockerAsync(new SampleImage("a"), "x:1"), await WriteDockerAsync(new SampleImage("a"), "x:1"));
    }

    [Fact]
    public async Task A_directory_layout_keeps_other_images_and_replaces_those_of_the_same_name()
    {
        var (first, second, third) = (new SampleImage("1"), new SampleImage("2"), new SampleImage("3"));
        var directory = Path.Join(scratch.Path, "layout");
        await OciLayoutWriter.WriteDirectoryAsync([first.Named("a:1")], first, directory, Token);
        await OciLayoutWriter.WriteDirectoryAsync([second.Named("b:1")], second, directory, Token);
        await OciLayoutWriter.WriteDirectoryAsync([third.Named("a:1")], third, directory, Token);
        using var layout = ImageArchive.OpenDirectory(directory);
        var images = layout.ReadImages(null, Token);
        Assert.Equal(["b:1", "a:1"], images.Select(i => i.Names.Single().FamiliarName));
        Assert.Equal(third.Descriptor.Digest, images[1].ManifestDigest);
        await AssertLayersAsync(third, layout, images[1]);
    }

    [Fact]
    public async Task Two_who_write_into_one_directory_do_not_lose_each_others_image()
    {
        var directory = Path.Join(scratch.Path, "layout");
        var images = Enumerable.Range(0, 8).Select(number => (Name: $"image:{number}", Image: new SampleImage($"{number}"))).ToArray();
        await Task.WhenAll(images.Select(entry => Task.Run(() => OciLayoutWriter.WriteDirectoryAsync([entry.Image.Named(entry.Name)], entry.Image, directory, Token), Token)));
        using var layout = ImageArchive.OpenDirectory(directory);
        Assert.Equal(images.Select(entry => entry.Name), layout.ReadImages(null, Token).Select(i => i.Names.Single().FamiliarName).Order(StringComparer.Ordinal));
        Assert.Equal(["blobs", "index.json", "oci-layout"], Directory.EnumerateFileSystemEntries(directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_archive_of_an_old_docker_save_is_read_through_its_links()
    {
        var image = new SampleImage("old", "old");
        var hex = Digest.Compute(image.Config).Hex;
        using var archive = await OpenAsync(Write(tar =>
        {
            tar.WriteFile("a/VERSION", "1.0"u8);
            tar.WriteFile("a/json", "{}"u8);
            tar.WriteFile("a/layer.tar", image.Layers[0]);
            WriteLink(tar, TarEntryKind.SymbolicLink, "b/layer.tar", "../a/layer.tar");
            tar.WriteFile($"{hex}.json", image.Config);
            tar.WriteFile("manifest.json", Encoding.UTF8.GetBytes($$"""[{"Config":"{{hex}}.json","RepoTags":["old:1"],"Layers":["a/layer.tar","b/layer.tar"]}]"""));
        }));
        var found = Assert.Single(archive.ReadImages(null, Token));
        Assert.Equal(Digest.Compute(image.Config), found.Manifest.Config.Digest);
        Assert.Equal("old:1", found.Names.Single().FamiliarName);
        await AssertLayersAsync(image, archive, found);
    }

    [Fact]
    public async Task Compressed_layers_of_an_archive_are_known_by_their_own_digest()
    {
        var image = new SampleImage("squeezed");
        var packed = Gzip(image.Layers[0]);
        using var archive = await OpenAsync(SampleImage.Tar(("c.json", image.Config), ("l.tar", packed),
            ("manifest.json", """[{"Config":"c.json","RepoTags":null,"Layers":["l.tar"]}]"""u8.ToArray())));
        var layer = archive.ReadImages(null, Token).Single().Manifest.Layers.Single();
        Assert.Equal((MediaTypes.OciLayerGzip, Digest.Compute(packed), packed.LongLength), (layer.MediaType, layer.Digest, layer.Size));
    }

    [Fact]
    public async Task Making_the_digest_of_a_layer_ends_with_the_token()
    {
        var image = new SampleImage("squeezed");
        using var archive = await OpenAsync(SampleImage.Tar(("c.json", image.Config), ("l.tar", Gzip(image.Layers[0])),
            ("manifest.json", """[{"Config":"c.json","RepoTags":null,"Layers":["l.tar"]}]"""u8.ToArray())));
        Assert.ThrowsAny<OperationCanceledException>(() => archive.ReadImages(null, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task A_layer_with_other_bytes_is_noticed_when_it_is_read()
    {
        var image = new SampleImage("good");
        var config = image.Config;
        using var archive = await OpenAsync(SampleImage.Tar(("c.json", config), ("l.tar", [.. image.Layers[0].Select(b => (byte)(b ^ 1))]),
            ("manifest.json", """[{"Config":"c.json","RepoTags":[],"Layers":["l.tar"]}]"""u8.ToArray())));
        var layer = archive.ReadImages(null, Token).Single().Manifest.Layers.Single();
        await using var stream = await archive.OpenAsync(layer, Token);
        Assert.Equal(ImageErrorCodes.DigestMismatch, (await Assert.ThrowsAsync<ImageException>(() => stream.CopyToAsync(Stream.Null, Token))).Code);
    }

    [Fact]
    public async Task A_config_whose_name_promises_another_digest_is_refused()
    {
        var image = new SampleImage("x");
        var name = new string('0', 64) + ".json";
        using var archive = await OpenAsync(SampleImage.Tar((name, image.Config), ("l.tar", image.Layers[0]),
            ("manifest.json", Encoding.UTF8.GetBytes($$"""[{"Config":"{{name}}","Layers":["l.tar"]}]"""))));
        Assert.Equal(ImageErrorCodes.DigestMismatch, Assert.Throws<ImageException>(() => archive.ReadImages(null, Token)).Code);
    }

    [Fact]
    public async Task A_manifest_with_other_bytes_is_refused()
    {
        var image = new SampleImage("x");
        var index = ImageJson.Serialize(new ImageIndex { Manifests = [image.Descriptor] });
        var path = $"blobs/sha256/{image.Descriptor.Digest.Hex}";
        using var archive = await OpenAsync(SampleImage.Tar(("oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray()), ("index.json", index), (path, [.. image.Manifest.Reverse()])));
        Assert.Equal(ImageErrorCodes.DigestMismatch, Assert.Throws<ImageException>(() => archive.ReadImages(null, Token)).Code);
    }

    [Fact]
    public async Task A_missing_blob_is_named()
    {
        var image = new SampleImage("x");
        var index = ImageJson.Serialize(new ImageIndex { Manifests = [image.Descriptor] });
        using var archive = await OpenAsync(SampleImage.Tar(("oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray()), ("index.json", index)));
        var exception = Assert.Throws<ImageException>(() => archive.ReadImages(null, Token));
        Assert.Equal((ImageErrorCodes.NotFound, image.Descriptor.Digest.ToString()), (exception.Code, exception.Subject));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("blobs/../../evil")]
    public async Task A_name_that_leads_outside_is_refused(string path)
    {
        var exception = await Assert.ThrowsAsync<ImageException>(() => OpenAsync(SampleImage.Tar((path, [1]), ("manifest.json", "[]"u8.ToArray()))));
        Assert.Equal(ImageErrorCodes.UnsafeTar, exception.Code);
    }

    [Theory]
    [InlineData("../../etc/passwd", ImageErrorCodes.UnsafeTar)]
    [InlineData("manifest.json", ImageErrorCodes.InvalidArchive)]
    public async Task Links_that_lead_outside_or_nowhere_are_refused(string target, string code)
    {
        var exception = await Assert.ThrowsAsync<ImageException>(() => OpenAsync(Write(tar => WriteLink(tar, TarEntryKind.SymbolicLink, "manifest.json", target))));
        Assert.Equal(code, exception.Code);
    }

    [Fact]
    public async Task A_huge_manifest_is_not_read()
    {
        var bytes = SampleImage.Tar(("manifest.json", new byte[(16 << 20) + 1]));
        var exception = await Assert.ThrowsAsync<ImageException>(() => OpenAsync(bytes));
        Assert.Equal(ImageErrorCodes.LimitExceeded, exception.Code);
    }

    [Fact]
    public async Task An_archive_that_was_cut_off_is_refused()
    {
        var bytes = SampleImage.Tar(("manifest.json", "[]"u8.ToArray()), ("layer.tar", new byte[10_000]));
        var exception = await Assert.ThrowsAsync<ImageException>(() => OpenAsync(bytes[..5_000]));
        Assert.Equal(ImageErrorCodes.InvalidArchive, exception.Code);
    }

    [Fact]
    public async Task Of_several_platforms_the_wanted_one_is_chosen()
    {
        var (amd, arm) = (new SampleImage("amd"), new SampleImage("arm"));
        var index = ImageJson.Serialize(new ImageIndex
        {
            Manifests = [amd.Descriptor with { Platform = new Platform("linux", "s390x") }, arm.Descriptor with { Platform = new Platform("linux", "amd64") }],
        });
        var top = ImageJson.Serialize(new ImageIndex { Manifests = [new Descriptor { MediaType = MediaTypes.OciIndex, Digest = Digest.Compute(index), Size = index.Length }] });
        using var archive = await OpenAsync(SampleImage.Tar(
            ("oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray()), ("index.json", top), (Blob(index), index), (Blob(arm.Manifest), arm.Manifest), (Blob(arm.Config), arm.Config)));
        var found = Assert.Single(archive.ReadImages(new Platform("linux", "amd64"), Token));
        Assert.Equal((arm.Descriptor.Digest, Digest.Compute(index)), (found.ManifestDigest, found.IndexDigest!.Value));
        Assert.Equal(ImageErrorCodes.NoMatchingPlatform, Assert.Throws<ImageException>(() => archive.ReadImages(new Platform("linux", "riscv64"), Token)).Code);
    }

    [Fact]
    public async Task A_file_that_could_not_be_finished_leaves_the_old_one_and_nothing_else()
    {
        var path = Path.Join(scratch.Path, "out.tar");
        await File.WriteAllTextAsync(path, "old", Token);
        await Assert.ThrowsAsync<ImageException>(() => OutputFile.WriteAsync(path, async stream =>
        {
            await stream.WriteAsync("new"u8.ToArray(), Token);
            throw new IOException("no more");
        }, Token));
        Assert.Equal("old", await File.ReadAllTextAsync(path, Token));
        Assert.Equal(["out.tar"], Directory.EnumerateFiles(scratch.Path).Select(Path.GetFileName));
        await OutputFile.WriteAsync(path, "new"u8.ToArray(), Token);
        Assert.Equal("new", await File.ReadAllTextAsync(path, Token));
    }

    private static string Blob(byte[] content) => $"blobs/sha256/{Digest.Compute(content).Hex}";

    private static async Task<byte[]> WriteDockerAsync(SampleImage image, params string[] names)
    {
        using var stream = new MemoryStream();
        await DockerArchiveWriter.WriteAsync([image.Named(names)], image, stream, Token);
        return stream.ToArray();
    }

    private static byte[] Write(Action<TarWriter> write)
    {
        using var stream = new MemoryStream();
        using (var output = new StreamBufferWriter(stream))
        {
            var tar = new TarWriter(output);
            write(tar);
            tar.WriteEnd();
        }

        return stream.ToArray();
    }

    private static void WriteLink(TarWriter tar, TarEntryKind kind, string path, string target) =>
        tar.WriteHeader(new TarEntry { Kind = kind, Path = Encoding.UTF8.GetBytes(path), LinkTarget = Encoding.UTF8.GetBytes(target) });

    private static byte[] Gzip(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return stream.ToArray();
    }

    private static async Task AssertLayersAsync(SampleImage image, IBlobSource source, ArchivedImage found)
    {
        Assert.Equal(image.Layers.Length, found.Manifest.Layers.Length);
        foreach (var (layer, expected) in found.Manifest.Layers.Zip(image.Layers))
        {
            await using var stream = await source.OpenAsync(layer, Token);
            using var content = new MemoryStream();
            await stream.CopyToAsync(content, Token);
            Assert.Equal(expected, content.ToArray());
        }
    }

    private Task<IImageArchive> OpenAsync(byte[] bytes) => ImageArchive.OpenAsync(new MemoryStream(bytes), Path.Join(scratch.Path, Path.GetRandomFileName()), Token);
}
