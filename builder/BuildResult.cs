using System.Collections.Immutable;
using SharpBuild.Image;

namespace SharpBuild.Builder;

/// <summary>What a build made.</summary>
/// <param name="ConfigDigest">The digest of the image config: the image id.</param>
/// <param name="ManifestDigest">The digest of the manifest as the local store keeps it (uncompressed layers).</param>
/// <param name="Names">The names that the image got.</param>
/// <param name="Outputs">A line about each output that was written, such as a file's path.</param>
public sealed record BuildResult(Digest ConfigDigest, Digest ManifestDigest, ImmutableArray<string> Names, ImmutableArray<string> Outputs);
