using System.Collections.Immutable;
using SharpBuild.Image;
using SharpBuild.Image.Layouts;

namespace SharpBuild.Cache;

/// <summary>Carries images between a store and files, as <c>docker save</c> and <c>docker load</c> do. Thread-safe.</summary>
/// <param name="store">The store.</param>
public sealed class ImageArchiver(Store store)
{
    /// <summary>Brings all images of an archive into the store, under the names that they have there.</summary>
    /// <param name="input">A <c>docker save</c> or OCI archive, perhaps compressed. Is disposed.</param>
    /// <param name="platform">Only images for it; null for all: those of an index stay together.</param>
    /// <param name="progress">Hears how far it is; may be null.</param>
    /// <param name="cancellationToken">Stops it; images that are complete stay.</param>
    /// <returns>The images, in the archive's order.</returns>
    /// <exception cref="ImageException">The archive is damaged, or not what its digests say.</exception>
    public async Task<ImmutableArray<LoadedImage>> LoadAsync(Stream input, Platform? platform, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scratch = store.CreateTemporaryDirectory();
        using var archive = await ImageArchive.OpenAsync(input, Path.Join(scratch.Path, "archive"), cancellationToken);
        return await LoadAsync(archive, platform, progress, cancellationToken);
    }

    /// <summary>As the other, from an archive or layout that is open already.</summary>
    public async Task<ImmutableArray<LoadedImage>> LoadAsync(IImageArchive archive, Platform? platform, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(archive);
        var loaded = ImmutableArray.CreateBuilder<LoadedImage>();
        foreach (var entry in archive.ReadImages(platform, cancellationToken).GroupBy(static image => image.Index?.Digest ?? image.ManifestDigest))
        {
            var records = new List<ImageRecord>();
            foreach (var image in entry)
            {
                records.Add(await ImportAsync(image, archive, progress, cancellationToken));
            }

            var first = entry.First();
            var stored = first.Index is { } index ? StoredIndex.Keep(store, index.Bytes, records) : StoredImage.Of(records[0]);
            Remember(stored, first.Names);
            loaded.Add(new(stored, first.Names));
        }

        return loaded.ToImmutable();
    }

    /// <summary>Writes images as <c>docker save</c> does: an OCI layout with a <c>manifest.json</c>, loadable by Docker, podman and skopeo. Of an index all images go there; what knows no indexes finds the one for this machine. Layers are written as the store has them: pulled ones compressed as they came, built ones not compressed.</summary>
    /// <param name="images">The images and the names that they get in the archive; an image without a name is told by its id.</param>
    /// <param name="destination">Where to; stays open.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    /// <exception cref="CacheException">The store lacks a part of an image.</exception>
    public async Task SaveAsync(IReadOnlyCollection<LoadedImage> images, Stream destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(images);
        var distinct = images.GroupBy(image => image.Image.Digest)
            .Select(same => new LoadedImage(same.First().Image, [.. same.SelectMany(image => image.Names).Distinct()]))
            .ToImmutableArray();
        var blobs = await StoredImageBlobs.OpenAsync(store, distinct.SelectMany(image => image.Image.Images), cancellationToken);
        await DockerArchiveWriter.WriteAsync([.. distinct.Select(Describe)], blobs, destination, cancellationToken);
    }

    private LayoutImage Describe(LoadedImage image)
    {
        var bytes = store.Blobs.ReadAll(image.Image.Digest);
        return new(new Descriptor
        {
            MediaType = ImageJson.DetectMediaType(bytes) ?? MediaTypes.OciManifest,
            Digest = image.Image.Digest,
            Size = bytes.Length,
            Platform = image.Image.IndexDigest is null ? image.Image.Images[0].Platform : null,
        }, image.Names);
    }

    private async Task<ImageRecord> ImportAsync(ArchivedImage image, IBlobSource blobs, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        var layers = await store.Layers.ImportAsync(image.Manifest, image.Config, blobs, progress, cancellationToken);
        store.Blobs.Write(image.ConfigBytes.Span);
        store.Blobs.Write(image.ManifestBytes.Span);
        var sizes = await Task.WhenAll(layers.Select(layer => store.Layers.GetDiffIdAsync(layer, cancellationToken)));
        return new ImageRecord
        {
            ManifestDigest = image.ManifestDigest,
            ConfigDigest = image.Manifest.Config.Digest,
            Layers = layers,
            Created = image.Config.Created ?? DateTimeOffset.UnixEpoch,
            Size = sizes.Sum(tar => tar.Size),
            Platform = image.Config.Platform,
            SourceDigest = image.IndexDigest,
        };
    }

    private void Remember(StoredImage image, ImmutableArray<ImageReference> names)
    {
        if (names.IsEmpty)
        {
            store.Images.Add(image);
        }

        foreach (var name in names)
        {
            store.Images.Tag(name, image);
        }
    }
}
