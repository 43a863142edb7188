using System.Collections.Immutable;
using SharpBuild.Image;
using SharpBuild.Image.Registry;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>The registry client against Debian's docker-registry.</summary>
public sealed class RegistrySpecs
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task I_can_push_an_image_and_pull_it_back()
    {
        Assert.SkipUnless(LocalRegistry.IsInstalled, "docker-registry is not installed");
        await using var registry = await LocalRegistry.StartAsync(Cancellation);
        using var client = new RegistryClient(new RegistryOptions());
        var name = ImageReference.Parse($"{registry.Address}/team/app:1");
        var (manifest, layer) = await PushAsync(client, name);

        var found = await client.ResolveAsync(name, Cancellation);
        Assert.Equal(Digest.Compute(manifest), found.Descriptor.Digest);
        await using var blob = await client.OpenBlobAsync(name, found.ReadManifest().Layers[0], Cancellation);
        using var bytes = new MemoryStream();
        await blob.CopyToAsync(bytes, Cancellation);
        Assert.Equal(layer, bytes.ToArray());

        var missing = await Assert.ThrowsAsync<ImageException>(() => client.ResolveAsync(name.WithTag("2"), Cancellation));
        Assert.Equal(ImageErrorCodes.NotFound, missing.Code);
    }

    [Fact]
    public async Task I_can_push_the_same_layer_to_another_repository_without_sending_it()
    {
        Assert.SkipUnless(LocalRegistry.IsInstalled, "docker-registry is not installed");
        await using var registry = await LocalRegistry.StartAsync(Cancellation);
        using var client = new RegistryClient(new RegistryOptions());
        var first = ImageReference.Parse($"{registry.Address}/team/first:1");
        var second = ImageReference.Parse($"{registry.Address}/team/second:1");
        var (_, layer) = await PushAsync(client, first);

        Assert.False(await client.PushBlobAsync(second, Describe(layer), _ => throw new InvalidOperationException("the layer was opened"), first, Cancellation));
        Assert.True(await client.HasBlobAsync(second, Digest.Compute(layer), Cancellation));
    }

    [Fact]
    public async Task I_can_use_a_registry_as_a_mirror_of_Docker_Hub()
    {
        Assert.SkipUnless(LocalRegistry.IsInstalled, "docker-registry is not installed");
        await using var registry = await LocalRegistry.StartAsync(Cancellation);
        using var client = new RegistryClient(new RegistryOptions
        {
            Mirrors = ImmutableDictionary<string, ImmutableArray<Uri>>.Empty.Add("docker.io", [registry.Url]),
        });
        var (manifest, _) = await PushAsync(client, ImageReference.Parse($"{registry.Address}/library/busybox:latest"));

        var found = await client.ResolveAsync(ImageReference.Parse("busybox"), Cancellation);
        Assert.Equal(manifest, found.Bytes);
    }

    private static async Task<(byte[] Manifest, byte[] Layer)> PushAsync(RegistryClient client, ImageReference name)
    {
        var config = "{}"u8.ToArray();
        var layer = new byte[3_000_000];
        layer.AsSpan().Fill((byte)'x');
        foreach (var blob in new[] { config, layer })
        {
            Assert.True(await client.PushBlobAsync(name, Describe(blob), _ => Task.FromResult<Stream>(new MemoryStream(blob)), null, Cancellation));
        }

        var manifest = ImageJson.Serialize(new Manifest { Config = Describe(config) with { MediaType = MediaTypes.OciConfig }, Layers = [Describe(layer)] });
        await client.PushManifestAsync(name, MediaTypes.OciManifest, manifest, Cancellation);
        return (manifest, layer);
    }

    private static Descriptor Describe(byte[] bytes) => new() { MediaType = MediaTypes.OciLayerGzip, Digest = Digest.Compute(bytes), Size = bytes.Length };
}
