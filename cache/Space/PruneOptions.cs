using System.Collections.Immutable;

namespace SharpBuild.Cache.Space;

/// <summary>What to remove from a store, and how much to keep; the names are those of <c>docker buildx prune</c>.</summary>
public sealed record PruneOptions
{
    /// <summary>Whether also to forget what steps led to whose layers an image keeps, images without a name, and what is remembered to save reading.</summary>
    public bool All { get; init; }

    /// <summary>Only what all of these fit.</summary>
    public ImmutableArray<UsageFilter> Filters { get; init; } = [];

    /// <summary>Only what was not used for so long.</summary>
    public TimeSpan KeepDuration { get; init; }

    /// <summary>Never go below so many bytes; 0 for no such limit.</summary>
    public long ReservedSpace { get; init; }

    /// <summary>Go down to so many bytes; 0 for no such limit.</summary>
    public long MaxUsedSpace { get; init; }

    /// <summary>Go on until so many bytes of the disk are free; 0 for no such limit.</summary>
    public long MinFreeSpace { get; init; }

    /// <summary>How many of <paramref name="used"/> bytes may stay.</summary>
    /// <param name="used">What the items take now.</param>
    /// <param name="free">What is free on the disk now.</param>
    internal long Keep(long used, long free)
    {
        if (ReservedSpace == 0 && MaxUsedSpace == 0 && MinFreeSpace == 0)
        {
            return 0;
        }

        var keep = MaxUsedSpace > 0 ? MaxUsedSpace : long.MaxValue;
        if (MinFreeSpace > free)
        {
            keep = Math.Min(keep, used - (MinFreeSpace - free));
        }

        return Math.Max(keep, ReservedSpace);
    }
}
