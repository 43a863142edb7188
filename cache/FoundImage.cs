using SharpBuild.Image;

namespace SharpBuild.Cache;

/// <summary>An image whose manifest and config are known; its layers may still be in the registry.</summary>
/// <param name="Reference">The name that it was found by.</param>
/// <param name="ManifestDigest">The digest of the platform's manifest.</param>
/// <param name="Manifest">The manifest.</param>
/// <param name="Config">The config.</param>
public sealed record FoundImage(ImageReference Reference, Digest ManifestDigest, Manifest Manifest, ImageConfig Config)
{
    /// <summary>The store's record, when all of it is here already.</summary>
    public ImageRecord? Record { get; init; }

    /// <summary>Where its layers are read; null for the registry.</summary>
    public IBlobSource? Blobs { get; init; }

    /// <summary>What the name leads to in its registry: the index's digest for a multi-platform image.</summary>
    public Digest? SourceDigest { get; init; }

    /// <summary>The index that it was chosen from, as its registry gave it; null for an image without one.</summary>
    public ReadOnlyMemory<byte>? IndexBytes { get; init; }
}
