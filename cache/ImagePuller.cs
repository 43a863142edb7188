using SharpBuild.Image;
using SharpBuild.Image.Layouts;
using SharpBuild.Image.Registry;

namespace SharpBuild.Cache;

/// <summary>Finds images by name, in the store first and then in their registry, and brings their layers here when somebody needs them. Thread-safe.</summary>
/// <param name="store">Where images are kept.</param>
/// <param name="registry">Where they come from.</param>
public sealed class ImagePuller(Store store, RegistryClient registry)
{
    private const long LargestConfig = 16 << 20;

    /// <summary>Finds manifest and config of an image for a platform, without its layers.</summary>
    /// <param name="reference">The name.</param>
    /// <param name="platform">The platform.</param>
    /// <param name="refresh">Whether the registry is asked although the store has the name.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    /// <exception cref="ImageException">There is no such image, or none for the platform, or the registry cannot be reached.</exception>
    public async Task<FoundImage> ResolveAsync(ImageReference reference, Platform platform, bool refresh, CancellationToken cancellationToken)
    {
        if (!refresh && TryFindStored(store, reference, platform) is { } record)
        {
            return ReadStored(store, reference, record);
        }

        var named = await registry.ResolveAsync(reference, cancellationToken);
        return await FetchAsync(reference, named, named.IsIndex ? Choose(reference, named.ReadIndex(), platform) : named.Descriptor, cancellationToken);
    }

    /// <summary>Asks the registry for an image on each of some platforms, without layers.</summary>
    /// <inheritdoc cref="ResolveAsync(ImageReference, Platform, bool, CancellationToken)"/>
    public async Task<IReadOnlyList<FoundImage>> ResolveAsync(ImageReference reference, IReadOnlyCollection<Platform> platforms, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(platforms);
        var named = await registry.ResolveAsync(reference, cancellationToken);
        var chosen = platforms.Select(platform => named.IsIndex ? Choose(reference, named.ReadIndex(), platform) : named.Descriptor).Distinct().ToList();
        return await FetchAllAsync(reference, named, chosen, cancellationToken);
    }

    /// <summary>Asks the registry for an image on all platforms that there are, without layers.</summary>
    /// <exception cref="ImageException">There is no such image, or the registry cannot be reached.</exception>
    public async Task<IReadOnlyList<FoundImage>> ResolveAllAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var named = await registry.ResolveAsync(reference, cancellationToken);
        var all = named.IsIndex ? named.ReadIndex().Manifests.Where(IsImage).ToList() : [named.Descriptor];
        return all.Count > 0 ? await FetchAllAsync(reference, named, all, cancellationToken)
            : throw new ImageException(ImageErrorCodes.NoMatchingPlatform, $"'{reference.FamiliarName}' has no image for any platform") { Reference = reference };
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

    /// <summary>Brings the layers of a found image here, unless they are, and remembers it under its name when it has one in a registry, together with what the store has of the same index for other platforms.</summary>
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
        if (image.Blobs is null)
        {
            await RememberAsync(image, record, cancellationToken);
        }

        return record;
    }

    // A name that leads to a single manifest in its registry leads there whatever the platform.
    private static ImageRecord? Select(StoredImage stored, Platform platform) =>
        stored.Select(platform) ?? (stored.Images is [var only] && only.SourceDigest == only.ManifestDigest ? only : null);

    // One after the other, also among processes: each adds its platform to what the others left.
    private async Task RememberAsync(FoundImage image, ImageRecord record, CancellationToken cancellationToken)
    {
        using var alone = await store.Locks.AcquireAsync($"name {image.Reference}", cancellationToken);
        var others = image.IndexBytes is null || store.Images.Find(image.Reference) is not { } present || present.SourceDigest != record.SourceDigest
            ? []
            : present.Images.Where(other => other.ManifestDigest != record.ManifestDigest).ToList();
        store.Images.Tag(image.Reference, others.Count == 0 ? StoredImage.Of(record) : StoredIndex.Keep(store, image.IndexBytes!.Value, [.. others, record]));
    }

    /// <summary>The image that a store has under a name for a platform; null when there is none, or when it cannot be read. Asks no registry.</summary>
    public static FoundImage? TryReadStored(Store store, ImageReference reference, Platform platform)
    {
        ArgumentNullException.ThrowIfNull(store);
        try
        {
            return TryFindStored(store, reference, platform) is { } record ? ReadStored(store, reference, record) : null;
        }
        catch (Exception exception) when (exception is CacheException or ImageException)
        {
            return null;
        }
    }

    private static ImageRecord? TryFindStored(Store store, ImageReference reference, Platform platform) =>
        store.Images.Find(reference) is { } stored ? Select(stored, platform) : null;

    private static FoundImage ReadStored(Store store, ImageReference reference, ImageRecord record)
    {
        var manifest = ImageJson.DeserializeManifest(store.Blobs.ReadAll(record.ManifestDigest));
        var config = ImageJson.DeserializeConfig(store.Blobs.ReadAll(record.ConfigDigest));
        return new FoundImage(reference, record.ManifestDigest, manifest, config) { Record = record, SourceDigest = record.SourceDigest };
    }

    // Besides images an index may list attestations, for no platform that there is.
    private static bool IsImage(Descriptor descriptor) => MediaTypes.IsManifest(descriptor.MediaType) && descriptor.Platform is { Os: not "unknown" };

    private static Descriptor Choose(ImageReference reference, ImageIndex index, Platform platform) =>
        index.Select(platform) ?? throw new ImageException(ImageErrorCodes.NoMatchingPlatform, $"'{reference.FamiliarName}' has no image for {platform}")
        {
            Reference = reference,
            Hint = $"its platforms are {string.Join(", ", index.Manifests.Select(m => m.Platform).Where(p => p is { Os: not "unknown" }))}",
        };

    private async Task<IReadOnlyList<FoundImage>> FetchAllAsync(ImageReference reference, ResolvedManifest named, List<Descriptor> descriptors, CancellationToken cancellationToken)
    {
        var found = new List<FoundImage>(descriptors.Count);
        foreach (var descriptor in descriptors)
        {
            found.Add(await FetchAsync(reference, named, descriptor, cancellationToken));
        }

        return found;
    }

    private async Task<FoundImage> FetchAsync(ImageReference reference, ResolvedManifest named, Descriptor descriptor, CancellationToken cancellationToken)
    {
        var pinned = reference.WithDigest(descriptor.Digest);
        var chosen = descriptor == named.Descriptor ? named : await registry.ResolveAsync(pinned, cancellationToken);
        var manifest = chosen.ReadManifest();
        store.Blobs.Write(chosen.Bytes);
        var config = await FetchConfigAsync(pinned, manifest.Config, cancellationToken);
        return new FoundImage(reference, chosen.Descriptor.Digest, manifest, ImageJson.DeserializeConfig(config))
        {
            SourceDigest = named.Descriptor.Digest,
            IndexBytes = named.IsIndex ? named.Bytes : null,
        };
    }

    private async Task<byte[]> FetchConfigAsync(ImageReference reference, Descriptor descriptor, CancellationToken cancellationToken)
    {
        if (store.Blobs.Claim(descriptor.Digest) is not null)
        {
            return store.Blobs.ReadAll(descriptor.Digest);
        }

        if (descriptor.Size > LargestConfig)
        {
            throw new ImageException(ImageErrorCodes.LimitExceeded, $"the config {descriptor.Digest} of '{reference.FamiliarName}' has {descriptor.Size} bytes")
            {
                Reference = reference,
                Hint = "this is not an image's config; check who made the image",
            };
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
