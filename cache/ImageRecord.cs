using System.Collections.Immutable;
using SharpBuild.Image;

namespace SharpBuild.Cache;

/// <summary>An image of the store for one platform: its manifest and config are blobs, its layers directories.</summary>
public sealed record ImageRecord
{
    /// <summary>The manifest: as pulled, or with uncompressed layers for an image built here.</summary>
    public required Digest ManifestDigest { get; init; }

    /// <summary>The config; the image's id.</summary>
    public required Digest ConfigDigest { get; init; }

    /// <summary>The layers, bottom first.</summary>
    public required ImmutableArray<LayerId> Layers { get; init; }

    /// <summary>When it was built, as its config says.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The size of all layers in bytes, uncompressed.</summary>
    public required long Size { get; init; }

    /// <summary>The platform that it runs on.</summary>
    public required Platform Platform { get; init; }

    /// <summary>The digest that the name had in its registry, when it was pulled: the index's for a multi-platform image.</summary>
    public Digest? SourceDigest { get; init; }
}
