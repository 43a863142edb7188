using SharpBuild.Image;
using SharpBuild.Image.Layouts;
using SharpBuild.Image.Registry;

namespace SharpBuild.Cache;

/// <summary>Finds images by name, in the store first and then in their registry, and brings their layers here when somebody needs them. Thread-safe.</summary>
/// <param name="store">Where images are kept.</param>
/// <param name="registry">Where they come from.</param>
public sealed class ImagePuller(Store store, RegistryClient registry)
{
    /// <summary>The platform whose images get the names that they are pulled by; null for any. With several platforms at once the name would go to whichever comes last.</summary>
    public Platform? NamedPlatform { get; init; }

    /// <summary>Finds manifest and config of an image for a platform, without its layers.</summary>
    /// <param name="reference">The name.</param>
    /// <param name="platform">The platform.</param>
    /// <param name="refresh">Whether the registry is asked although the store has the name.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    /// <exception cref="ImageException">There is no such image, or none for the platform, or the registry cannot be reached.</exception>
    public async Task<FoundImage> ResolveAsync(ImageReference reference, Platform platform, bool refresh, CancellationToken cancellationToken)
    {
        if (!refresh && store.Images.Find(reference) is { } record && record.Platform.Satisfies(platform))
        {
            return ReadStored(reference, record);
        }

        var named = await registry.ResolveAsync(reference, cancellationToken);
        var pinned = reference.WithDigest(named.Descriptor.Digest);
        var chosen = named.IsIndex ? await ChooseAsync(pinned, named.ReadIndex(), platform, cancellationToken) : named;
        var manifest = chosen.ReadManifest();
        store.Blobs.Write(chosen.Bytes);
        var config = await FetchConfigAsync(pinned, manifest.Config, cancellationToken);
        return new FoundImage(reference, chosen.Descriptor.Digest, manifest, ImageJson.DeserializeConfig(config))
        {
            SourceDigest = named.Descriptor.Digest,
        };
    }

    /// <summary>Finds manifest and config of an image in an OCI layout on disk, without its layers.</summary>
    /// <param name="reference">What it is called here.</param>
    /// <param name="place">Where it is.</param>
    /// <param name="platform">The platform.</param>
    /// <exception cref="ImageException">There is no such image in the layout, or none for the platform.</exception>
    public FoundImage Resolve(ImageReference reference, LayoutPlace place, Platform platform)
    {
        ArgumentNullException.ThrowIfNull(place);
        var layout = OciLayoutReader.Open(place.Directory);
        try
        {
            var image = layout.Find(place, platform);
            store.Blobs.Write(image.ManifestBytes.Span);
            store.Blobs.Write(image.ConfigBytes.Span);
            return new FoundImage(reference, image.ManifestDigest, image.Manifest, image.Config) { Blobs = layout, SourceDigest = image.IndexDigest };
        }
        catch
        {
            layout.Dispose();
            throw;
        }
    }

    /// <summary>Brings the layers of a found image here, unless they are, and remembers it under its name when it has one in a registry.</summary>
    /// <exception cref="ImageException">A layer cannot be fetched, or is not what its digest promises.</exception>
    public async Task<ImageRecord> PullAsync(FoundImage image, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Record is { } known)
        {
            return known;
        }

        var blobs = image.Blobs ?? registry.BlobsOf(image.Reference);
        var layers = await store.Layers.ImportAsync(image.Manifest, image.Config, blobs, progress, cancellationToken);
        var record = new ImageRecord
        {
            ManifestDigest = image.ManifestDigest,
            ConfigDigest = image.Manifest.Config.Digest,
            Layers = layers,
            Created = image.Config.Created ?? DateTimeOffset.UnixEpoch,
            Size = await SizeAsync(layers, cancellationToken),
            Platform = image.Config.Platform,
            SourceDigest = image.SourceDigest,
        };
        if (image.Blobs is null && (NamedPlatform is null || record.Platform.Satisfies(NamedPlatform)))
        {
            store.Images.Tag(image.Reference, record);
        }

        return record;
    }

    private FoundImage ReadStored(ImageReference reference, ImageRecord record)
    {
        var manifest = ImageJson.DeserializeManifest(store.Blobs.ReadAll(record.ManifestDigest));
        var config = ImageJson.DeserializeConfig(store.Blobs.ReadAll(record.ConfigDigest));
        return new FoundImage(reference, record.ManifestDigest, manifest, config) { Record = record, SourceDigest = record.SourceDigest };
    }

    private async Task<ResolvedManifest> ChooseAsync(ImageReference reference, ImageIndex index, Platform platform, CancellationToken cancellationToken)
    {
        var descriptor = index.Select(platform) ?? throw new ImageException(ImageErrorCodes.NoMatchingPlatform, $"'{reference.FamiliarName}' has no image for {platform}")
        {
            Reference = reference,
            Hint = $"its platforms are {string.Join(", ", index.Manifests.Select(m => m.Platform).Where(p => p is { Os: not "unknown" }))}",
        };
        return await registry.ResolveAsync(reference.WithDigest(descriptor.Digest), cancellationToken);
    }

    private async Task<byte[]> FetchConfigAsync(ImageReference reference, Descriptor descriptor, CancellationToken cancellationToken)
    {
        if (store.Blobs.Claim(descriptor.Digest) is not null)
        {
            return store.Blobs.ReadAll(descriptor.Digest);
        }

        await using var blob = await registry.OpenBlobAsync(reference, descriptor, cancellationToken);
        using var bytes = new MemoryStream();
        await blob.CopyToAsync(bytes, cancellationToken);
        var config = bytes.ToArray();
        store.Blobs.Write(config);
        return config;
    }

    private async Task<long> SizeAsync(IEnumerable<LayerId> layers, CancellationToken cancellationToken)
    {
        var size = 0L;
        foreach (var layer in layers)
        {
            size += (await store.Layers.GetDiffIdAsync(layer, cancellationToken)).Size;
        }

        return size;
    }
}
