using SharpBuild.Image;
using SharpBuild.Image.Layouts;

namespace SharpBuild.Cache;

/// <summary>The blobs of images of a store. What a manifest names by diff id, as that of an image built here does, is made from the layer's directory while it is read: nothing is written to the store for it.</summary>
internal sealed class StoredImageBlobs : IBlobSource
{
    private readonly Store store;
    private readonly Dictionary<Digest, LayerId> layers = [];

    private StoredImageBlobs(Store store) => this.store = store;

    /// <summary>Finds out which layers the images have.</summary>
    public static async Task<StoredImageBlobs> OpenAsync(Store store, IEnumerable<ImageRecord> images, CancellationToken cancellationToken)
    {
        var blobs = new StoredImageBlobs(store);
        foreach (var layer in images.SelectMany(image => image.Layers).Distinct())
        {
            blobs.layers[(await store.Layers.GetDiffIdAsync(layer, cancellationToken)).DiffId] = layer;
        }

        return blobs;
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken) => Task.FromResult(
        !store.Blobs.Contains(descriptor.Digest) && layers.TryGetValue(descriptor.Digest, out var layer)
            ? new CheckedBlobStream(store.Layers.OpenTar(layer), descriptor)
            : store.Blobs.OpenRead(descriptor.Digest));
}
