using System.Collections.Immutable;
using SharpBuild.Image;

namespace SharpBuild.Builder;

/// <summary>What a build made.</summary>
/// <param name="ConfigDigest">The digest of the image config; of several images, that of the first.</param>
/// <param name="ManifestDigest">The digest of the manifest as the local store keeps it (uncompressed layers); of several images, that of the first.</param>
/// <param name="Names">The names that the image got.</param>
/// <param name="Outputs">A line about each output that was written, such as a file's path.</param>
public sealed record BuildResult(Digest ConfigDigest, Digest ManifestDigest, ImmutableArray<string> Names, ImmutableArray<string> Outputs)
{
    /// <summary>The digest of the index that was written; null for a single image, or when only files were.</summary>
    public Digest? IndexDigest { get; init; }

    /// <summary>What the result is known by: its index, or else the image id.</summary>
    public Digest Id => IndexDigest ?? ConfigDigest;
}
