using System.Collections.Immutable;
using SharpBuild.Image;

namespace SharpBuild.Cache;

/// <summary>What a name of the store leads to: an image, or an index that keeps images for several platforms together.</summary>
public sealed record StoredImage
{
    /// <summary>The images, in the order of the index; at least one.</summary>
    public required ImmutableArray<ImageRecord> Images { get; init; }

    /// <summary>The index, a blob that names the manifests of the images and no others; null for an image alone.</summary>
    public Digest? IndexDigest { get; init; }

    /// <summary>What it is known by: the digest of the index, or of the only image's config.</summary>
    public Digest Id => IndexDigest ?? Images[0].ConfigDigest;

    /// <summary>The digest of what its name leads to: the index, or the only image's manifest.</summary>
    public Digest Digest => IndexDigest ?? Images[0].ManifestDigest;

    /// <summary>The digest that the name had in its registry, when it was pulled.</summary>
    public Digest? SourceDigest => Images[0].SourceDigest;

    /// <summary>The image for this machine; where there is none, the first.</summary>
    public ImageRecord Preferred => Select(Platform.Host) ?? Images[0];

    /// <summary>When the newest image was built.</summary>
    public DateTimeOffset Created => Images.Max(static image => image.Created);

    /// <summary>The size of the layers of all images in bytes, uncompressed.</summary>
    public long Size => Images.Sum(static image => image.Size);

    /// <summary>An image alone.</summary>
    public static StoredImage Of(ImageRecord image) => new() { Images = [image] };

    /// <summary>The best image for a platform; null when there is none.</summary>
    public ImageRecord? Select(Platform wanted) => Platform.Best(Images, static image => image.Platform, wanted);

    /// <summary>As <see cref="Select"/>, when there must be one.</summary>
    /// <param name="wanted">The platform.</param>
    /// <param name="name">What the image was asked for as.</param>
    /// <exception cref="ImageException">There is none.</exception>
    public ImageRecord Require(Platform wanted, string name) => Select(wanted) ?? throw new ImageException(ImageErrorCodes.NoMatchingPlatform, $"'{name}' has no image for {wanted} in the store")
    {
        Subject = name,
        Hint = $"its platforms are {string.Join(", ", Images.Select(static image => image.Platform))}",
    };

    /// <summary>Whether an image is one of these.</summary>
    /// <param name="configDigest">The digest of its config.</param>
    public bool Contains(Digest configDigest) => Images.Any(image => image.ConfigDigest == configDigest);

    /// <summary>Whether it leads to the very same manifests and layers as another.</summary>
    internal bool IsSameAs(StoredImage other) => Digest == other.Digest && Images.Length == other.Images.Length
        && Images.Zip(other.Images).All(static pair => pair.First.ManifestDigest == pair.Second.ManifestDigest && pair.First.Layers.AsSpan().SequenceEqual(pair.Second.Layers.AsSpan()));
}
