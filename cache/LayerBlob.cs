using SharpBuild.Image;

namespace SharpBuild.Cache;

/// <summary>What a layer is as a tar.</summary>
/// <param name="DiffId">The digest of the uncompressed tar.</param>
/// <param name="Size">The size of the uncompressed tar in bytes.</param>
public readonly record struct LayerBlob(Digest DiffId, long Size);
