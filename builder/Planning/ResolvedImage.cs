using SharpBuild.Image;

namespace SharpBuild.Builder.Planning;

/// <summary>A base image whose manifest and config are known; its layers may still be far away.</summary>
/// <param name="Reference">The name that was asked for.</param>
/// <param name="ManifestDigest">The digest of the platform's manifest.</param>
/// <param name="Config">The config.</param>
internal sealed record ResolvedImage(ImageReference Reference, Digest ManifestDigest, ImageConfig Config);
