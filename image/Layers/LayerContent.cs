namespace SharpBuild.Image.Layers;

/// <summary>What was extracted.</summary>
/// <param name="DiffId">The SHA-256 digest of all bytes of the tar that was read.</param>
/// <param name="TarSize">How many bytes the tar had.</param>
/// <param name="Entries">How many entries it had.</param>
/// <param name="FileBytes">The sum of the sizes of regular files.</param>
public readonly record struct LayerContent(Digest DiffId, long TarSize, int Entries, long FileBytes);
