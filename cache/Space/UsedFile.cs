using SharpBuild.Linux;

namespace SharpBuild.Cache.Space;

/// <summary>A file or directory, and its time when it was looked at.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="LastUsed">Its modification time.</param>
internal readonly record struct UsedFile(string Path, FileTime LastUsed);
