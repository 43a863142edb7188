using System.Collections.Immutable;
using SharpBuild.Image;

namespace SharpBuild.Cache;

/// <summary>Makes the indexes that keep images for several platforms together in a store. Idempotent.</summary>
public static class StoredIndex
{
    /// <summary>Makes an index of images, in their order.</summary>
    /// <param name="store">Where the manifests are, and the index will be.</param>
    /// <param name="images">The images, each with what the index says of it: the platform and annotations.</param>
    /// <param name="template">What the index is besides its manifests: media type and annotations.</param>
    public static StoredImage Make(Store store, IReadOnlyList<(ImageRecord Image, Descriptor Facts)> images, ImageIndex template)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(template);
        var index = ImageJson.Serialize(template with { Manifests = [.. images.Select(static image => image.Facts)] });
        return new() { Images = [.. images.Select(static image => image.Image)], IndexDigest = store.Blobs.Write(index) };
    }

    /// <summary>Keeps an index that came from elsewhere: with all of its images as it was; with some of them, as an index of those.</summary>
    /// <param name="store">Where the manifests are, and the index will be.</param>
    /// <param name="indexBytes">The index as it was.</param>
    /// <param name="images">The images of it that the store has.</param>
    public static StoredImage Keep(Store store, ReadOnlyMemory<byte> indexBytes, IReadOnlyCollection<ImageRecord> images)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(images);
        var index = ImageJson.DeserializeIndex(indexBytes);
        var kept = ImmutableArray.CreateBuilder<(ImageRecord Image, Descriptor Facts)>();
        foreach (var descriptor in index.Manifests)
        {
            if (images.FirstOrDefault(image => image.ManifestDigest == descriptor.Digest) is { } image)
            {
                kept.Add((image, descriptor));
            }
        }

        return kept.Count == index.Manifests.Length ? new() { Images = [.. kept.Select(static image => image.Image)], IndexDigest = store.Blobs.Write(indexBytes.Span) }
            : kept.Count == 1 ? StoredImage.Of(kept[0].Image)
            : Make(store, kept, index);
    }
}
