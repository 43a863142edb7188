using SharpBuild.Linux;

namespace SharpBuild.Cache.Space;

/// <summary>
/// Gives space back: what was used least recently goes first, what an image, a container or a running command may need stays. Safe
/// while others build; they are not held up. Two collectors at once share the work without harm: the second waits.
/// </summary>
/// <param name="store">The store, best opened without a lease of its own.</param>
/// <param name="held">The layers that somebody besides images needs: those of containers.</param>
public sealed class GarbageCollector(Store store, Func<IEnumerable<LayerId>> held)
{
    private const string LockName = "garbage collector";

    /// <summary>All that takes up space, without removing anything.</summary>
    public IReadOnlyList<UsageItem> List() => StoreInventory.Read(store, held(), holdsNameless: true, willRemove: false).Items;

    /// <summary>Removes what <paramref name="options"/> ask for.</summary>
    /// <returns>What went, in order.</returns>
    public async Task<IReadOnlyList<UsageItem>> CollectAsync(PruneOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var alone = await store.Locks.AcquireAsync(LockName, cancellationToken);
        var inventory = StoreInventory.Read(store, held(), holdsNameless: !options.All, willRemove: true);
        foreach (var dead in inventory.DeadRecords)
        {
            inventory.RemoveFile(dead);
        }

        return Collect(inventory, options, cancellationToken);
    }

    private List<UsageItem> Collect(StoreInventory inventory, PruneOptions options, CancellationToken cancellationToken)
    {
        var limit = store.Options.Clock.GetUtcNow() - options.KeepDuration;
        var matching = inventory.Items.Where(item => item.Kind != UsageKind.Internal && options.Filters.All(filter => filter.Fits(item))).ToList();
        var used = matching.Where(item => !item.IsShared).Sum(item => item.Size);
        var keep = options.Keep(used, DiskOf(store).Available);
        var gone = new List<UsageItem>();

        // What stands on others first, when they were used at the same time.
        foreach (var item in matching.Where(item => item.IsReclaimable && item.LastUsed <= limit).OrderBy(item => item.LastUsed).ThenByDescending(item => item.Depth))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (used <= keep && keep > 0)
            {
                break;
            }

            if (item.Remove())
            {
                used -= item.Size;
                gone.Add(item);
            }
        }

        if (options.All && options.Filters.IsEmpty && keep == 0)
        {
            Forget(inventory, limit);
        }

        return gone;
    }

    private static void Forget(StoreInventory inventory, DateTimeOffset limit)
    {
        foreach (var record in inventory.RecordsOfHeld)
        {
            if (StoreInventory.TimeOf(record.LastUsed) <= limit)
            {
                inventory.RemoveFile(record);
            }
        }
    }

    /// <summary>The size in bytes of the disk that the store is on.</summary>
    public static long SizeOfDisk(Store store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return DiskOf(store).Size;
    }

    /// <summary>The disk that the store is on.</summary>
    internal static FileSystemStatus DiskOf(Store store)
    {
        using var root = Descriptors.Open(store.Root, OpenFlags.ReadOnly | OpenFlags.Directory);
        return FileSystems.GetStatus(root);
    }
}
