using System.Formats.Tar;
using System.IO.Compression;
using SharpBuild.Cache;
using SharpBuild.Image;
using SharpBuild.Image.Layers;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>Images becoming layers of the store, and layers becoming tars again.</summary>
public sealed class ImportSpecs : IDisposable
{
    private readonly ScratchTree tree = new();

    [Fact]
    public async Task An_image_becomes_layers_named_by_their_chain()
    {
        var image = new MemoryImage();
        image.AddLayer(("etc/", null), ("etc/a", "one"), ("etc/b", "two"));
        image.AddLayer(("etc/.wh.a", ""), ("new", "three"));
        var layers = await ImportAsync(image);
        Assert.Equal("0755 0:0 etc/\n0644 0:0 etc/b = two\n0644 0:0 new = three", WithoutTimes(tree.List([.. layers])));
        Assert.Equal(image.Config.RootFs.DiffIds[0].Hex, layers[0].Value);
        Assert.Equal(image.Config.RootFs.DiffIds[1], (await tree.Store.Layers.GetDiffIdAsync(layers[1], TestContext.Current.CancellationToken)).DiffId);
        Assert.Equal(image.Manifest.Layers[1].Digest, tree.Store.Layers.GetImportedBlob(layers[1])?.Digest);
    }

    [Fact]
    public async Task What_is_there_is_not_fetched_again()
    {
        var image = new MemoryImage();
        image.AddLayer(("a", "one"));
        image.AddLayer(("b", "two"));
        var first = await ImportAsync(image);
        Assert.Equal(2, image.Opened);
        Assert.Equal(first, await ImportAsync(image));
        Assert.Equal(2, image.Opened);
    }

    [Fact]
    public async Task Two_that_import_the_same_image_do_it_once()
    {
        var image = new MemoryImage();
        image.AddLayer(("a", "one"));
        image.AddLayer(("b", "two"));
        using var other = Store.Open(tree.Store.Options);
        var imports = await Task.WhenAll(ImportAsync(image), ImportAsync(image, other), ImportAsync(image));
        Assert.All(imports, layers => Assert.Equal(imports[0], layers));
        Assert.Equal(2, image.Opened);
    }

    [Fact]
    public async Task A_layer_that_is_not_what_the_config_says_is_refused()
    {
        var image = new MemoryImage();
        image.AddLayer(("a", "one"));
        image.AddLayer(("b", "two"), diffId: Digest.Compute("something else"u8));
        var exception = await Assert.ThrowsAsync<ImageException>(() => ImportAsync(image));
        Assert.Equal(ImageErrorCodes.DigestMismatch, exception.Code);
        Assert.Single(tree.Store.Layers.List());
    }

    [Fact]
    public async Task A_damaged_blob_of_the_store_is_fetched_again()
    {
        var image = new MemoryImage();
        image.AddLayer(("a", "one"));
        var blob = image.Manifest.Layers[0];
        await File.WriteAllBytesAsync(Path.Join(tree.Store.Root, "blobs", "sha256", blob.Digest.Hex), new byte[blob.Size], TestContext.Current.CancellationToken);
        var layers = await ImportAsync(image);
        Assert.Equal("0644 0:0 a = one", WithoutTimes(tree.List([.. layers])));
    }

    [Fact]
    public async Task A_layer_of_an_earlier_boot_that_no_flush_covers_is_made_again()
    {
        var image = new MemoryImage();
        image.AddLayer(("a", "one"));
        var layers = await ImportAsync(image);
        var facts = Path.Join(tree.Store.Root, "layers", layers[0].Value, "layer.json");
        var boot = (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", TestContext.Current.CancellationToken)).Trim();
        await File.WriteAllTextAsync(facts, (await File.ReadAllTextAsync(facts, TestContext.Current.CancellationToken)).Replace(boot, Guid.Empty.ToString(), StringComparison.Ordinal), TestContext.Current.CancellationToken);
        tree.Shell($"echo lost >'{tree.Store.Root}/layers/{layers[0].Value}/fs/a'");
        Assert.False(tree.Store.Layers.IsIntact(layers[0]));
        Assert.Equal("0644 0:0 a = one", WithoutTimes(tree.List([.. await ImportAsync(image)])));
    }

    [Fact]
    public async Task An_imported_layer_gives_the_very_tar_that_it_came_as()
    {
        var image = new MemoryImage();
        image.AddLayer(("a", "one"));
        var layers = await ImportAsync(image);
        using var written = new MemoryStream();
        await using (var tar = tree.Store.Layers.OpenTar(layers[0]))
        {
            await tar.CopyToAsync(written, TestContext.Current.CancellationToken);
        }

        Assert.Equal(image.Config.RootFs.DiffIds[0], Digest.Compute(written.ToArray()));
    }

    [Fact]
    public async Task A_linked_copy_has_the_same_digest_on_any_base()
    {
        tree.Shell("mkdir -p context/d/etc base/d/etc; echo f >context/d/etc/f; echo o >base/d/etc/other");
        var token = TestContext.Current.CancellationToken;
        var below = tree.CommitBase();
        var digests = new List<Digest>();
        var linked = default(LayerId);
        for (var i = 0; i < 2; i++)
        {
            using var draft = tree.Store.Layers.Create([]);
            tree.Copy(draft, "/d", ["d"], options => options with { Time = DateTimeOffset.UnixEpoch });
            linked = tree.Store.Layers.Commit(draft).Id;
            digests.Add((await tree.Store.Layers.GetDiffIdAsync(linked, token)).DiffId);
        }

        Assert.Equal(digests[0], digests[1]);
        Assert.Contains("d/etc/other = o", tree.List([below, linked]), StringComparison.Ordinal);
        Assert.Contains("d/etc/f = f", tree.List([below, linked]), StringComparison.Ordinal);
        using var written = new MemoryStream();
        Assert.Equal(digests[0], tree.Store.Layers.WriteTar(linked, written, LayerWriterOptions.Default, token).DiffId);
        Assert.Equal(digests[0], Digest.Compute(written.ToArray()));
    }

    public void Dispose() => tree.Dispose();

    private static string WithoutTimes(string listing) => System.Text.RegularExpressions.Regex.Replace(listing, " @[0-9]{4}", "", System.Text.RegularExpressions.RegexOptions.NonBacktracking);

    private async Task<LayerId[]> ImportAsync(MemoryImage image, Store? store = null) =>
        [.. await (store ?? tree.Store).Layers.ImportAsync(image.Manifest, image.Config, image, null, TestContext.Current.CancellationToken)];

    private sealed class MemoryImage : IBlobSource
    {
        private readonly Dictionary<Digest, byte[]> content = [];
        private int opened;

        public int Opened => opened;

        public Manifest Manifest { get; private set; } = new() { Config = new() { MediaType = MediaTypes.OciConfig, Digest = Digest.Compute("{}"u8), Size = 2 } };

        public ImageConfig Config { get; private set; } = new() { Architecture = "amd64", Os = "linux" };

        public void AddLayer(params (string Path, string? Content)[] entries) => AddLayer(entries, null);

        public void AddLayer((string Path, string? Content) entry, Digest diffId) => AddLayer([entry], diffId);

        public Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref opened);
            return Task.FromResult<Stream>(new MemoryStream(content[descriptor.Digest]));
        }

        private void AddLayer((string Path, string? Content)[] entries, Digest? diffId)
        {
            using var tar = new MemoryStream();
            using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
            {
                foreach (var (path, text) in entries)
                {
                    var entry = new UstarTarEntry(text is null ? TarEntryType.Directory : TarEntryType.RegularFile, path)
                    {
                        Mode = (UnixFileMode)(text is null ? 0b111_101_101 : 0b110_100_100),
                        ModificationTime = DateTimeOffset.UnixEpoch,
                    };
                    if (text is not null)
                    {
                        entry.DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
                    }

                    writer.WriteEntry(entry);
                }
            }

            using var compressed = new MemoryStream();
            using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            {
                gzip.Write(tar.ToArray());
            }

            var blob = compressed.ToArray();
            content[Digest.Compute(blob)] = blob;
            Manifest = Manifest with { Layers = Manifest.Layers.Add(new() { MediaType = MediaTypes.OciLayerGzip, Digest = Digest.Compute(blob), Size = blob.Length }) };
            Config = Config with { RootFs = new RootFs(Config.RootFs.DiffIds.Add(diffId ?? Digest.Compute(tar.ToArray()))) };
        }
    }
}
