using SharpBuild.Image;

namespace SharpBuild.Cache.Copying;

/// <summary>What was copied.</summary>
/// <param name="Files">How many files, directories not counted.</param>
/// <param name="Bytes">How many bytes the regular files have.</param>
/// <param name="Digest">The content digest of the selection, when it was asked for.</param>
public sealed record CopyResult(int Files, long Bytes, Digest? Digest);
