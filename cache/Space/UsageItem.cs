using System.Collections.Immutable;

namespace SharpBuild.Cache.Space;

/// <summary>Something in a store that takes up space. The sizes of all items together are what the store takes on the disk.</summary>
/// <param name="Id">Its name: a layer's, a blob's digest, a cache mount's id.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Description">What people know it by.</param>
/// <param name="Size">The space on the disk in bytes; of a file that several layers share, each has its part.</param>
public sealed record UsageItem(string Id, UsageKind Kind, string Description, long Size)
{
    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>When a command last asked for it.</summary>
    public DateTimeOffset LastUsed { get; init; }

    /// <summary>The layer below, for a layer.</summary>
    public ImmutableArray<string> Parents { get; init; } = [];

    /// <summary>Whether an image or a container holds it.</summary>
    public bool IsShared { get; init; }

    /// <summary>Whether a command that runs now may be using it.</summary>
    public bool IsInUse { get; init; }

    /// <summary>Whether its content changes.</summary>
    public bool IsMutable => Kind == UsageKind.CacheMount;

    /// <summary>Whether pruning can give its space back now.</summary>
    public bool IsReclaimable => !IsShared && !IsInUse && Kind != UsageKind.Internal;

    /// <summary>Whether a record, a name or a container leads to it.</summary>
    internal bool IsReferred { get; init; } = true;

    internal Func<bool> Remove { get; init; } = static () => false;

    internal long Depth { get; init; }
}
