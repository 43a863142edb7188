using System.Collections.Immutable;
using SharpBuild.Cache;
using SharpBuild.Cache.Checking;
using SharpBuild.Cache.Space;
using SharpBuild.Image;
using SharpBuild.Image.Compression;
using SharpBuild.Image.Registry;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.Cache;

/// <summary>Images for several platforms on their way through a store.</summary>
public sealed class StoredIndexTests : IAsyncDisposable
{
    private static readonly Platform Amd = Platform.Parse("linux/amd64");
    private static readonly Platform Arm = Platform.Parse("linux/arm64");

    private readonly FakeRegistry remote = new();
    private readonly RegistryClient registry = new(new RegistryOptions());
    private readonly ScratchStore scratch = new();
    private readonly RandomImage[] images = [new(1, platform: "linux/amd64"), new(2, platform: "linux/arm64"), new(3, platform: "linux/riscv64")];
    private readonly ImageReference name;

    public StoredIndexTests() => name = ImageReference.Parse($"{remote.Address}/app:1");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Platforms_of_one_index_come_together_under_its_name()
    {
        var index = Serve();
        await PullAsync(Amd);
        Assert.Equal(images[0].Manifest.Config.Digest, scratch.Store.Images.Find(name)?.Id);
        await Task.WhenAll(PullAsync(Arm), PullAsync(Platform.Parse("linux/riscv64")));

        var stored = scratch.Store.Images.Find(name);
        Assert.Equal(index, stored?.Id);
        Assert.Equal(["linux/amd64", "linux/arm64", "linux/riscv64"], stored?.Images.Select(image => image.Platform.ToString()));
        Assert.DoesNotContain(scratch.Store.Images.List(), entry => entry.Name is null);
    }

    [Fact]
    public async Task What_the_store_has_of_an_index_is_not_asked_for_again()
    {
        Serve();
        await PullAsync(Amd);
        await PullAsync(Arm);
        var asked = remote.Requests.Count;
        var puller = new ImagePuller(scratch.Store, registry);
        foreach (var (platform, image) in new[] { (Amd, images[0]), (Arm, images[1]) })
        {
            var found = await puller.ResolveAsync(name, platform, refresh: false, Token);
            Assert.Equal(image.Resolved.Descriptor.Digest, found.ManifestDigest);
            Assert.NotNull(found.Record);
        }

        Assert.Equal(asked, remote.Requests.Count);
    }

    [Fact]
    public async Task Another_index_of_the_same_name_takes_its_place()
    {
        Serve();
        await PullAsync(Amd);
        await PullAsync(Arm);
        remote.AddManifest("app", "1", ImageJson.Serialize(new ImageIndex { Manifests = [images[2].Resolved.Descriptor, images[0].Resolved.Descriptor] }), MediaTypes.OciIndex);
        await PullAsync(Amd);
        Assert.Equal(images[0].Manifest.Config.Digest, scratch.Store.Images.Find(name)?.Id);
        Assert.Single(scratch.Store.Images.List(), entry => entry.Name is null);
    }

    [Fact]
    public async Task An_index_that_was_pulled_is_pushed_as_it_came()
    {
        var index = Serve();
        var puller = new ImagePuller(scratch.Store, registry);
        foreach (var found in await puller.ResolveAllAsync(name, Token))
        {
            await puller.PullAsync(found, null, Token);
        }

        var target = ImageReference.Parse($"{remote.Address}/copy:1");
        var pushed = await new ImagePublisher(scratch.Store).PublishAsync(scratch.Store.Images.Find(name)!, new(Codecs.Gzip, null), target, registry, Token);
        Assert.Equal(index, pushed.Digest);
        Assert.Equal(remote.FindManifest("app", "1"), remote.FindManifest("copy", "1"));
        Assert.NotNull(remote.FindManifest("copy", images[1].Resolved.Descriptor.Digest.ToString()));
    }

    [Fact]
    public async Task An_archive_of_an_index_loads_with_all_platforms()
    {
        var index = Serve();
        await PullAsync(Amd);
        await PullAsync(Arm);
        await PullAsync(Platform.Parse("linux/riscv64"));
        var archive = await SaveAsync();

        using var other = new ScratchStore();
        var loaded = Assert.Single(await new ImageArchiver(other.Store).LoadAsync(new MemoryStream(archive), null, null, Token));
        Assert.Equal((index, 3), (loaded.Image.Id, loaded.Image.Images.Length));
        Assert.Equal(name, Assert.Single(loaded.Names));
        var one = Assert.Single(await new ImageArchiver(other.Store).LoadAsync(new MemoryStream(archive), Arm, null, Token));
        Assert.Equal(images[1].Manifest.Config.Digest, one.Image.Id);
    }

    [Fact]
    public async Task What_an_index_names_is_neither_collected_nor_left_over()
    {
        Serve();
        await PullAsync(Amd);
        await PullAsync(Arm);
        var stored = scratch.Store.Images.Find(name)!;
        await scratch.Store.DisposeAsync();
        using var store = Store.Open(scratch.Store.Options with { TakesLease = false });

        // The index of the two that are here is ours; the one that the name had belongs to nobody.
        Assert.Equal(2, stored.Images.Length);
        Assert.Empty(await new StoreChecker(store, () => []).CheckAsync(full: true, repair: false, Token));
        await new GarbageCollector(store, () => []).CollectAsync(new() { All = true }, Token);
        Assert.All(stored.Images, image => Assert.True(store.Layers.ContainsAll(image.Layers) && store.Blobs.Contains(image.ManifestDigest) && store.Blobs.Contains(image.ConfigDigest)));
        Assert.True(store.Blobs.Contains(stored.Id));

        store.Images.Untag(name);
        await new GarbageCollector(store, () => []).CollectAsync(new() { All = true }, Token);
        Assert.False(store.Blobs.Contains(stored.Id));
        Assert.Empty(store.Images.List());
    }

    [Fact]
    public async Task An_index_that_lacks_a_blob_is_damage()
    {
        Serve();
        await PullAsync(Amd);
        await PullAsync(Arm);
        File.Delete(Path.Join(scratch.StoreRoot, "blobs", "sha256", scratch.Store.Images.Find(name)!.Id.Hex));
        using var store = Store.Open(scratch.Store.Options with { TakesLease = false });
        var finding = Assert.Single(await new StoreChecker(store, () => []).CheckAsync(full: false, repair: false, Token));
        Assert.Equal(StoreFindingKind.Damage, finding.Kind);
        Assert.Contains("index", finding.Problem, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        registry.Dispose();
        await remote.DisposeAsync();
        scratch.Dispose();
    }

    private Digest Serve()
    {
        foreach (var image in images)
        {
            foreach (var blob in image.Manifest.Layers.Append(image.Manifest.Config))
            {
                remote.AddBlob(image.Blobs.Get(blob.Digest), blob.MediaType);
            }

            remote.AddManifest("app", image.Resolved.Descriptor.Digest.ToString(), image.Resolved.Bytes);
        }

        var index = new ImageIndex
        {
            Manifests = [.. images.Select(image => image.Resolved.Descriptor)],
            Annotations = ImmutableSortedDictionary<string, string>.Empty.Add("a", "b"),
        };
        return remote.AddManifest("app", "1", ImageJson.Serialize(index), MediaTypes.OciIndex).Digest;
    }

    private async Task PullAsync(Platform platform)
    {
        var puller = new ImagePuller(scratch.Store, registry);
        await puller.PullAsync(await puller.ResolveAsync(name, platform, refresh: true, Token), null, Token);
    }

    private async Task<byte[]> SaveAsync()
    {
        using var stream = new MemoryStream();
        await new ImageArchiver(scratch.Store).SaveAsync([new(scratch.Store.Images.Find(name)!, [name])], stream, Token);
        return stream.ToArray();
    }
}
