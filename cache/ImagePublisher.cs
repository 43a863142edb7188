using System.Collections.Immutable;
using SharpBuild.Image;
using SharpBuild.Image.Registry;

namespace SharpBuild.Cache;

/// <summary>Gives an image of the store the form in which it leaves: a manifest whose layers are compressed, all blobs in the content store. Thread-safe.</summary>
/// <param name="store">The store that the image is in.</param>
public sealed class ImagePublisher(Store store)
{
    /// <summary>Compresses the layers, side by side, and makes the manifest that names them. What was compressed or pulled before is taken as it is.</summary>
    /// <param name="image">The image.</param>
    /// <param name="compression">How new layers are compressed.</param>
    /// <param name="cancellationToken">Stops compressing.</param>
    public async Task<PublishedImage> PrepareAsync(ImageRecord image, LayerCompression compression, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(compression);
        var stored = store.Blobs.ReadAll(image.ManifestDigest);
        var manifest = ImageJson.DeserializeManifest(stored);
        var isDocker = MediaTypes.IsDocker(manifest.MediaType);
        var layers = await Task.WhenAll(image.Layers.Select(layer => CompressAsync(layer, compression, isDocker, cancellationToken)));

        // An image that leaves as it came keeps its very manifest, and so its digest.
        var isUnchanged = layers.Select(static layer => layer.Digest).SequenceEqual(manifest.Layers.Select(static layer => layer.Digest));
        manifest = isUnchanged ? manifest : manifest with { Layers = [.. layers] };
        var bytes = isUnchanged ? stored : ImageJson.Serialize(manifest);
        return new PublishedImage(manifest, bytes, new Descriptor
        {
            MediaType = manifest.MediaType,
            Digest = store.Blobs.Write(bytes),
            Size = bytes.Length,
            Platform = image.Platform,
        });
    }

    private async Task<PublishedIndex> PrepareIndexAsync(StoredImage image, LayerCompression compression, CancellationToken cancellationToken)
    {
        var stored = store.Blobs.ReadAll(image.IndexDigest!.Value);
        var index = ImageJson.DeserializeIndex(stored);
        var images = await Task.WhenAll(index.Manifests.Zip(image.Images, (facts, record) => PrepareAsync(facts, record, compression, cancellationToken)));
        return images.Select(static each => each.Descriptor.Digest).SequenceEqual(index.Manifests.Select(static each => each.Digest))
            ? new([.. images], stored, new Descriptor { MediaType = index.MediaType, Digest = image.IndexDigest.Value, Size = stored.Length })
            : Combine([.. images], index);
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

    /// <summary>Prepares an image, or an index with all of its images, and sends it.</summary>
    /// <param name="image">The image.</param>
    /// <param name="compression">How new layers are compressed.</param>
    /// <param name="name">Where to.</param>
    /// <param name="registry">Sends it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What the name leads to now.</returns>
    /// <exception cref="ImageException">The registry refused.</exception>
    public async Task<Descriptor> PublishAsync(StoredImage image, LayerCompression compression, ImageReference name, RegistryClient registry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.IndexDigest is not null)
        {
            var index = await PrepareIndexAsync(image, compression, cancellationToken);
            await PushIndexAsync(index, name, registry, cancellationToken);
            return index.Descriptor;
        }

        var published = await PrepareAsync(image.Images[0], compression, cancellationToken);
        await PushAsync(published, name, registry, cancellationToken);
        return published.Descriptor;
    }

    /// <summary>Makes the index of prepared images and keeps it among the blobs.</summary>
    /// <param name="images">The images; platform and annotations of their descriptors stand in the index.</param>
    /// <param name="template">What the index is besides its manifests: media type and annotations.</param>
    public PublishedIndex Combine(ImmutableArray<PublishedImage> images, ImageIndex template)
    {
        ArgumentNullException.ThrowIfNull(template);
        var bytes = ImageJson.Serialize(template with { Manifests = [.. images.Select(static image => image.Descriptor)] });
        return new(images, bytes, new Descriptor { MediaType = template.MediaType, Digest = store.Blobs.Write(bytes), Size = bytes.Length });
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

    private async Task<PublishedImage> PrepareAsync(Descriptor facts, ImageRecord image, LayerCompression compression, CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(image, compression, cancellationToken);
        return prepared with { Descriptor = facts with { MediaType = prepared.Descriptor.MediaType, Digest = prepared.Descriptor.Digest, Size = prepared.Descriptor.Size } };
    }

    // A layer that was pulled keeps the bytes that it had, so that a registry that has them is sent nothing.
    private async Task<Descriptor> CompressAsync(LayerId layer, LayerCompression compression, bool isDocker, CancellationToken cancellationToken)
    {
        var blob = !compression.IsForced && store.Layers.GetImportedBlob(layer) is { } imported && store.Blobs.Contains(imported.Digest)
            ? imported
            : await store.Layers.GetCompressedAsync(layer, compression.Codec, compression.Level, cancellationToken);
        return blob with { MediaType = isDocker ? MediaTypes.ToDocker(blob.MediaType) : MediaTypes.ToOci(blob.MediaType) };
    }
}
