namespace SharpBuild.Image.Layers;

/// <summary>What a layer's uncompressed tar is: its digest and size.</summary>
/// <param name="DiffId">The SHA-256 digest of the uncompressed tar.</param>
/// <param name="Size">Its size in bytes.</param>
public readonly record struct LayerDigest(Digest DiffId, long Size);
