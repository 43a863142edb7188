using SharpBuild.Cache;
using SharpBuild.Cache.Space;
using SharpBuild.Cache.Storage;
using SharpBuild.Image;
using Xunit;

namespace SharpBuild.UnitTests.Cache;

public sealed class GarbageCollectorTests : IDisposable
{
    private readonly ScratchStore scratch = new();
    private readonly Store collecting;

    public GarbageCollectorTests()
    {
        // As every command that collects: without a lease. The one that made the things is gone.
        collecting = Store.Open(scratch.Store.Options with { TakesLease = false });
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_nobody_needs_goes_and_what_an_image_or_container_needs_stays()
    {
        var (image, container, loose) = (MakeLayer(), MakeLayer(), MakeLayer());
        Name("kept", image);
        Put("a", image);
        Put("b", container);
        Put("c", loose);
        await scratch.Store.DisposeAsync();
        var gone = await CollectAsync(new(), held: container);
        Assert.Equal([loose.Value], gone.Where(item => item.Kind == UsageKind.Layer).Select(item => item.Id));
        Assert.True(collecting.Layers.Contains(image));
        Assert.True(collecting.Layers.Contains(container));
        Assert.NotNull(collecting.Records.TryGet(KeyOf("a")));
        Assert.Null(collecting.Records.TryGet(KeyOf("c")));
    }

    [Fact]
    public async Task What_a_live_process_found_stays()
    {
        var layer = MakeLayer();
        Put("a", layer);
        Assert.Empty(await CollectAsync(new()));
        await scratch.Store.DisposeAsync();
        Assert.NotEmpty(await CollectAsync(new()));
        Assert.False(collecting.Layers.Contains(layer));
    }

    [Fact]
    public async Task What_was_used_least_recently_goes_first_until_the_rest_fits()
    {
        var layers = Enumerable.Range(0, 4).Select(_ => MakeLayer(100_000)).ToArray();
        for (var i = 0; i < layers.Length; i++)
        {
            Put($"{i}", layers[i]);
            Age(layers[i], $"{i}", hours: i == 2 ? 1 : 10 - i);
        }

        await scratch.Store.DisposeAsync();
        var gone = await CollectAsync(new() { MaxUsedSpace = 250_000 });
        Assert.Equal([layers[0].Value, layers[1].Value], gone.Select(item => item.Id));
    }

    [Fact]
    public async Task A_layer_below_is_as_young_as_what_stands_on_it()
    {
        var (below, above) = (MakeLayer(), MakeLayer());
        Put("below", below);
        Put("above", below, above);
        Age(below, "below", hours: 100);
        Age(above, "above", hours: 1);
        await scratch.Store.DisposeAsync();
        Assert.Empty(await CollectAsync(new() { KeepDuration = TimeSpan.FromHours(10) }));
        Assert.Equal([above.Value, below.Value], (await CollectAsync(new())).Select(item => item.Id));
    }

    [Fact]
    public async Task An_image_without_a_name_goes_only_when_all_is_asked_for()
    {
        var layer = MakeLayer();
        scratch.Store.Images.Add(Image(layer));
        await scratch.Store.DisposeAsync();
        Assert.Empty(await CollectAsync(new()));
        Assert.Contains(await CollectAsync(new() { All = true }), item => item.Id == layer.Value);
        Assert.Empty(collecting.Images.List());
    }

    [Fact]
    public void All_sizes_together_are_what_the_store_takes()
    {
        Put("a", MakeLayer(5000));
        Name("image", MakeLayer(70_000));
        var items = new GarbageCollector(collecting, () => []).List();
        Assert.Equal(DiskUsage.Measure(scratch.StoreRoot), items.Sum(item => item.Size));
    }

    [Fact]
    public void A_file_with_two_names_is_counted_once()
    {
        var (first, second) = (MakeLayer(50_000), MakeLayer(0));
        var before = DiskUsage.Measure(scratch.StoreRoot);
        using (var from = collecting.Layers.OpenTree(first))
        using (var to = collecting.Layers.OpenTree(second))
        {
            Assert.True(SharpBuild.Linux.Inodes.TryLink(from, "file", to, "link"));
        }

        Assert.Equal(before, DiskUsage.Measure(scratch.StoreRoot));
        Assert.Equal(DiskUsage.Measure(collecting.Layers.TreePath(first)), DiskUsage.Measure(collecting.Layers.TreePath(second)));
    }

    public void Dispose()
    {
        collecting.Dispose();
        scratch.Dispose();
    }

    private static Digest KeyOf(string name) => Digest.Compute(System.Text.Encoding.UTF8.GetBytes(name));

    [Fact]
    public async Task What_says_that_a_layer_was_compressed_goes_with_the_blob()
    {
        // Compressed here, sent away, and come back as another layer: the blob is then that layer's.
        var layer = MakeLayer();
        var blob = scratch.Store.Blobs.Write("compressed"u8);
        var facts = Path.Join(scratch.StoreRoot, "layers", layer.Value, "layer.json");
        var descriptor = $$"""{"mediaType":"x","digest":"{{blob}}","size":10}""";
        await File.WriteAllTextAsync(facts, (await File.ReadAllTextAsync(facts, Cancellation)).Replace("}", $$""","source":{{descriptor}}}""", StringComparison.Ordinal), Cancellation);
        await File.WriteAllTextAsync(Path.Join(scratch.StoreRoot, "encodings", "a"), $$"""{"blob":{{descriptor}}}""", Cancellation);
        await scratch.Store.DisposeAsync();
        Assert.Equal(layer.Value, Assert.Single(await CollectAsync(new())).Id);
        Assert.Empty(Directory.EnumerateFiles(Path.Join(scratch.StoreRoot, "encodings")));
        Assert.False(collecting.Blobs.Contains(blob));
    }

    [Fact]
    public async Task A_layer_that_is_measured_while_it_goes_does_not_come_back()
    {
        var layer = MakeLayer();
        Assert.False(AtomicFile.TryReplace(scratch.Store.Session, Path.Join(scratch.StoreRoot, "layers", "gone", "layer.json"), "{}"u8));
        await scratch.Store.Layers.GetDiffIdAsync(layer, Cancellation);
        Assert.Equal(layer, Assert.Single(scratch.Store.Layers.List()));
    }

    [Fact]
    public async Task A_layer_with_other_times_that_is_found_again_is_used()
    {
        var layer = MakeLayer();
        var rewritten = await scratch.Store.Layers.RewriteTimesAsync(layer, [], DateTimeOffset.UnixEpoch, Cancellation);
        var directory = Path.Join(scratch.StoreRoot, "layers", rewritten.Value);
        Directory.SetLastWriteTimeUtc(directory, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(rewritten, await scratch.Store.Layers.RewriteTimesAsync(layer, [], DateTimeOffset.UnixEpoch, Cancellation));
        Assert.NotEqual(2001, Directory.GetLastWriteTimeUtc(directory).Year);
    }

    private Task<IReadOnlyList<UsageItem>> CollectAsync(PruneOptions options, params LayerId[] held) =>
        new GarbageCollector(collecting, () => held).CollectAsync(options, Cancellation);

    private LayerId MakeLayer(int size = 1000)
    {
        using var draft = scratch.Store.Layers.Create([]);
        if (size > 0)
        {
            File.WriteAllBytes(Path.Join(draft.UpperPath, "file"), new byte[size]);
        }

        return scratch.Store.Layers.Commit(draft).Id;
    }

    private void Put(string key, params LayerId[] layers) =>
        scratch.Store.Records.Put(new BuildRecord(KeyOf(key), [.. layers], TimeProvider.System.GetUtcNow(), key, [new("kind", "run/1")]));

    private void Age(LayerId layer, string key, int hours)
    {
        var time = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-hours);
        Directory.SetLastWriteTimeUtc(Path.Join(scratch.StoreRoot, "layers", layer.Value), time);
        File.SetLastWriteTimeUtc(Path.Join(scratch.StoreRoot, "records", KeyOf(key).Hex[..2], KeyOf(key).Hex[2..] + ".json"), time);
    }

    private void Name(string name, LayerId layer) => scratch.Store.Images.Tag(ImageReference.Parse(name), Image(layer));

    private ImageRecord Image(LayerId layer) => new()
    {
        ManifestDigest = scratch.Store.Blobs.Write("{}"u8),
        ConfigDigest = scratch.Store.Blobs.Write("{ }"u8),
        Layers = [layer],
        Created = DateTimeOffset.UnixEpoch,
        Size = 1,
        Platform = Platform.Parse("linux/amd64"),
    };
}
