namespace SharpBuild.Cache.Space;

/// <summary>The size of a disk, in bytes.</summary>
/// <param name="Size">All of it.</param>
/// <param name="Available">What we may still write.</param>
public readonly record struct DiskSpace(long Size, long Available);
