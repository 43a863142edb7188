namespace SharpBuild.Cache;

/// <summary>A cache mount of the store.</summary>
/// <param name="Id">The id that the author gave, or the target path.</param>
/// <param name="Path">Its directory, which holds one directory for each that used it privately at the same time.</param>
/// <param name="LastUsed">When a step last asked for it.</param>
public sealed record CacheMountInfo(string Id, string Path, DateTimeOffset LastUsed)
{
    /// <summary>The id as its author wrote it; behind the namespace of BUILDKIT_CACHE_MOUNT_NS, if there is one.</summary>
    public string ShownId => Id.StartsWith('/') ? Id[1..] : Id;
}
