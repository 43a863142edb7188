using System.Collections.Immutable;
using SharpBuild.Image;
using SharpBuild.Image.Compression;
using SharpBuild.Image.Registry;

namespace SharpBuild.Cache;

/// <summary>Gives an image of the store the form in which it leaves: a manifest whose layers are compressed, all blobs in the content store. Thread-safe.</summary>
/// <param name="store">The store that the image is in.</param>
public sealed class ImagePublisher(Store store)
{
    /// <summary>Compresses the layers, side by side, and makes the manifest that names them. What was compressed or pulled before is taken as it is.</summary>
    /// <param name="image">The image.</param>
    /// <param name="codec">How new layers are compressed.</param>
    /// <param name="level">The level in the codec's own scale, null for its default.</param>
    /// <param name="cancellationToken">Stops compressing.</param>
    public Task<PublishedImage> PrepareAsync(ImageRecord image, IBlobCodec codec, int? level, CancellationToken cancellationToken) =>
        PrepareAsync(image, new LayerCompression(codec, level), cancellationToken);

    /// <summary>As the other, with all that can be said about compression.</summary>
    public async Task<PublishedImage> PrepareAsync(ImageRecord image, LayerCompression compression, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(compression);
        var layers = await Task.WhenAll(image.Layers.Select(layer => CompressAsync(layer, compression, cancellationToken)));
        var config = store.Blobs.ReadAll(image.ConfigDigest);
        var manifest = new Manifest
        {
            Config = new Descriptor { MediaType = MediaTypes.OciConfig, Digest = image.ConfigDigest, Size = config.Length },
            Layers = [.. layers],
            Annotations = ImageJson.DeserializeManifest(store.Blobs.ReadAll(image.ManifestDigest)).Annotations,
        };
        var bytes = ImageJson.Serialize(manifest);
        var digest = store.Blobs.Write(bytes);
        return new PublishedImage(manifest, bytes, new Descriptor
        {
            MediaType = MediaTypes.OciManifest,
            Digest = digest,
            Size = bytes.Length,
            Platform = image.Platform,
        });
    }

    /// <summary>Sends a prepared image to the registry that <paramref name="name"/> names; blobs that are there already are not sent.</summary>
    /// <exception cref="ImageException">The registry refused.</exception>
    public async Task PushAsync(PublishedImage image, ImageReference name, RegistryClient registry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(registry);
        var blobs = image.Manifest.Layers.Append(image.Manifest.Config).DistinctBy(b => b.Digest);
        await Task.WhenAll(blobs.Select(blob => registry.PushBlobAsync(name, blob, _ => Task.FromResult(store.Blobs.OpenRead(blob.Digest)), mountFrom: null, cancellationToken)));
        await registry.PushManifestAsync(name, image.Descriptor.MediaType, image.ManifestBytes, cancellationToken);
    }

    /// <summary>Makes the index of prepared images and keeps it among the blobs.</summary>
    /// <param name="images">The images; platform and annotations of their descriptors stand in the index.</param>
    /// <param name="annotations">What the index says of itself; null for nothing.</param>
    public PublishedIndex Combine(ImmutableArray<PublishedImage> images, ImmutableSortedDictionary<string, string>? annotations)
    {
        var bytes = ImageJson.Serialize(new ImageIndex { Manifests = [.. images.Select(static image => image.Descriptor)], Annotations = annotations });
        return new(images, bytes, new Descriptor { MediaType = MediaTypes.OciIndex, Digest = store.Blobs.Write(bytes), Size = bytes.Length });
    }

    /// <summary>Sends the images of an index, known by their digests alone, then the index under <paramref name="name"/>: no registry takes one that names what it lacks.</summary>
    /// <exception cref="ImageException">The registry refused.</exception>
    public async Task PushIndexAsync(PublishedIndex index, ImageReference name, RegistryClient registry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(registry);

        // One after the other: what two of them share is sent once, because the second finds it there.
        foreach (var image in index.Images)
        {
            await PushAsync(image, ImageReference.Parse($"{name.Name}@{image.Descriptor.Digest}"), registry, cancellationToken);
        }

        await registry.PushManifestAsync(name, index.Descriptor.MediaType, index.IndexBytes, cancellationToken);
    }

    // A layer that was pulled keeps the bytes that it had, so that a registry that has them is sent nothing.
    private async Task<Descriptor> CompressAsync(LayerId layer, LayerCompression compression, CancellationToken cancellationToken)
    {
        var blob = !compression.IsForced && store.Layers.GetImportedBlob(layer) is { } imported && store.Blobs.Contains(imported.Digest)
            ? imported
            : await store.Layers.GetCompressedAsync(layer, compression.Codec, compression.Level, cancellationToken);
        return blob with { MediaType = ToOci(blob.MediaType) };
    }

    private static string ToOci(string mediaType) => mediaType switch
    {
        MediaTypes.DockerLayer => MediaTypes.OciLayer,
        MediaTypes.DockerLayerGzip => MediaTypes.OciLayerGzip,
        MediaTypes.DockerLayerZstd => MediaTypes.OciLayerZstd,
        _ => mediaType,
    };
}
