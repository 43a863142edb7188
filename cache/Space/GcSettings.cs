using System.Collections.Immutable;

namespace SharpBuild.Cache.Space;

/// <summary>How a store is kept from growing without end. What is left open is chosen by the size of the disk, as BuildKit does.</summary>
public sealed record GcSettings
{
    private const long MostReserved = 10L << 30;
    private const long MostUsed = 100L << 30;
    private const long MuchReproducible = 512L << 20;

    /// <summary>Whether anything is collected without being asked for.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>What is always kept; a tenth of the disk, at most 10 GB.</summary>
    public StorageSize? ReservedSpace { get; init; }

    /// <summary>What the store may take; 80 % of the disk, at most 100 GB.</summary>
    public StorageSize? MaxUsedSpace { get; init; }

    /// <summary>What is to stay free on the disk; 20 %.</summary>
    public StorageSize? MinFreeSpace { get; init; }

    /// <summary>How long something is kept that nobody uses; 60 days.</summary>
    public TimeSpan? KeepDuration { get; init; }

    /// <summary>The limits that count on a disk of <paramref name="diskSize"/> bytes.</summary>
    public PruneOptions Limits(long diskSize) => new()
    {
        ReservedSpace = ReservedSpace?.Of(diskSize) ?? Math.Min(diskSize / 10, MostReserved),
        MaxUsedSpace = MaxUsedSpace?.Of(diskSize) ?? Math.Min(diskSize / 10 * 8, MostUsed),
        MinFreeSpace = MinFreeSpace?.Of(diskSize) ?? diskSize / 5,
    };

    /// <summary>What is done, one after the other: first what is made anew with least effort, then what is old, then what is too much.</summary>
    public ImmutableArray<PruneOptions> Rules(long diskSize)
    {
        var limits = Limits(diskSize);
        return
        [
            new()
            {
                Filters = [UsageFilter.OfKind(UsageKind.CacheMount, UsageKind.Context)],
                KeepDuration = TimeSpan.FromHours(48),
                MaxUsedSpace = MuchReproducible,
            },
            new() { KeepDuration = KeepDuration ?? TimeSpan.FromDays(60), All = true },
            limits,
            limits with { All = true },
        ];
    }
}
