using SharpBuild.Image;

namespace SharpBuild.Cache.Copying;

/// <summary>What was copied.</summary>
/// <param name="Files">How many files, directories not counted.</param>
/// <param name="Bytes">How many bytes the regular files have.</param>
/// <param name="Digest">The content digest of the selection, when it was asked for.</param>
/// <param name="ChangedPath">A file whose content is another one than when the selection was made, because somebody has written to it since; null for none.</param>
public sealed record CopyResult(int Files, long Bytes, Digest? Digest, string? ChangedPath);
