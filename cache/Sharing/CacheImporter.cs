using System.Collections.Immutable;
using SharpBuild.Image;
using SharpBuild.Image.Layouts;
using SharpBuild.Image.Registry;

namespace SharpBuild.Cache.Sharing;

/// <summary>Finds shared caches: in registries, alone or inside an image, and in OCI layouts. Reads manifest and config, no layer.</summary>
/// <param name="store">Where layers are brought to later.</param>
public sealed class CacheImporter(Store store)
{
    // A record takes about 300 bytes; more than this is no cache of ours, and parsed JSON takes several times its size.
    private const long LargestConfig = 64L << 20;

    /// <summary>Opens the cache, or the image with an inline cache, that a name leads to.</summary>
    /// <exception cref="ImageException">There is none, or it holds no cache.</exception>
    public async Task<ImmutableArray<ImportedCache>> OpenAsync(ImageReference reference, ImmutableArray<Platform> platforms, RegistryClient registry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(registry);
        var resolved = await registry.ResolveAsync(reference, cancellationToken);
        var manifests = resolved.IsIndex ? await ChooseAsync(reference, resolved.ReadIndex(), platforms, registry, cancellationToken) : [resolved.ReadManifest()];
        var blobs = registry.BlobsOf(reference);
        return [.. await Task.WhenAll(manifests.Select(manifest => OpenAsync(reference.FamiliarName, manifest, blobs, cancellationToken)))];
    }

    // An index that has images for some of the platforms only still helps with those.
    private static async Task<Manifest[]> ChooseAsync(ImageReference reference, ImageIndex index, ImmutableArray<Platform> platforms, RegistryClient registry, CancellationToken cancellationToken)
    {
        var chosen = platforms.Select(index.Select).OfType<Descriptor>().Select(static descriptor => descriptor.Digest).Distinct().ToList();
        return chosen.Count == 0
            ? throw NoCache(reference.FamiliarName)
            : await Task.WhenAll(chosen.Select(async digest => (await registry.ResolveAsync(reference.WithDigest(digest), cancellationToken)).ReadManifest()));
    }

    /// <summary>Opens the cache in an OCI layout.</summary>
    /// <param name="directory">The layout.</param>
    /// <param name="tag">The tag that it was written with.</param>
    /// <param name="digest">The digest of its manifest, which then counts instead of the tag; null for none.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ImageException">There is none.</exception>
    public async Task<ImportedCache> OpenAsync(string directory, string tag, Digest? digest, CancellationToken cancellationToken)
    {
        // Not disposed: it is where the layers come from for as long as the build lasts; it holds no descriptor.
        var layout = OciLayoutReader.Open(directory);
        var name = NameOf(tag).ToString();
        var descriptor = layout.Index.Manifests.LastOrDefault(manifest => digest is { } wanted ? manifest.Digest == wanted : manifest.Annotations?.Values.Any(value => value == name) == true)
            ?? (digest is { } other ? layout.TryDescribe(other) : null)
            ?? throw NoCache(directory);
        var manifest = ImageJson.DeserializeManifest(await ReadAsync(layout, descriptor, cancellationToken));
        return await OpenAsync(directory, manifest, layout, cancellationToken);
    }

    /// <summary>The name by which a cache stands in an OCI layout.</summary>
    public static ImageReference NameOf(string tag) => ImageReference.Parse($"localhost/sharpbuild-cache:{tag}");

    private async Task<ImportedCache> OpenAsync(string name, Manifest manifest, IBlobSource blobs, CancellationToken cancellationToken)
    {
        var config = await ReadAsync(blobs, manifest.Config, cancellationToken);
        if (manifest.Config.MediaType == SharedCache.ConfigType)
        {
            var cache = SharedCacheJson.Read(config, name);
            return cache.Layers.All(layer => layer.Blob is not null) ? new(store, name, cache, blobs) : throw NoCache(name);
        }

        return new(store, name, ReadInline(name, manifest, config), blobs);
    }

    private static SharedCache ReadInline(string name, Manifest manifest, byte[] config)
    {
        if (manifest.Config.MediaType is not (MediaTypes.OciConfig or MediaTypes.DockerConfig))
        {
            throw NoCache(name);
        }

        var image = ImageJson.DeserializeConfig(config);
        var member = image.Unknown.Members.FirstOrDefault(member => member.Key == SharedCache.InlineMember);
        var cache = member.Key is null ? throw NoCache(name) : SharedCacheJson.Read(member.Value, name);
        var blobs = new Dictionary<Digest, Descriptor>();
        for (var i = 0; i < Math.Min(manifest.Layers.Length, image.RootFs.DiffIds.Length); i++)
        {
            blobs.TryAdd(image.RootFs.DiffIds[i], manifest.Layers[i]);
        }

        var layers = cache.Layers.Select(layer => blobs.TryGetValue(layer.DiffId, out var blob) ? layer with { Blob = blob } : throw NoCache(name));
        return cache with { Layers = [.. layers] };
    }

    private static async Task<byte[]> ReadAsync(IBlobSource blobs, Descriptor descriptor, CancellationToken cancellationToken)
    {
        if (descriptor.Size > LargestConfig)
        {
            throw new ImageException(ImageErrorCodes.LimitExceeded, $"the config {descriptor.Digest} of a cache has {descriptor.Size} bytes");
        }

        using var stream = await blobs.OpenAsync(descriptor, cancellationToken);
        var content = new byte[descriptor.Size];
        await stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken);
        return Digest.Compute(content) == descriptor.Digest
            ? content
            : throw new ImageException(ImageErrorCodes.DigestMismatch, $"{descriptor.Digest} arrived with other bytes");
    }

    private static ImageException NoCache(string name) => new(ImageErrorCodes.InvalidManifest, $"'{name}' holds no build cache that sharpbuild wrote")
    {
        Subject = name,
        Hint = "write one with --cache-to",
    };
}
