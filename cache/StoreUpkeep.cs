using SharpBuild.Cache.Space;
using SharpBuild.Cache.Storage;
using SharpBuild.Linux;

namespace SharpBuild.Cache;

/// <summary>
/// What a store wants after a command that made layers, and that nobody should wait for: all is put on the disk, so that a reboot
/// costs no rebuild, and what is old or too much is collected. One process at a time does it; at most one more waits, and covers all
/// that finish until it begins.
/// </summary>
/// <param name="store">The store, opened without a lease of its own.</param>
/// <param name="held">The layers that somebody besides images needs.</param>
public sealed class StoreUpkeep(Store store, Func<IEnumerable<LayerId>> held)
{
    private const string Waiting = "upkeep waiting";
    private const string Working = "upkeep";

    // A syncfs stalls other writers: a busy host must not spend its days in it.
    private static readonly TimeSpan PauseBetweenFlushes = TimeSpan.FromSeconds(10);

    // To collect is to read every record; what is kept is kept for days.
    private static readonly TimeSpan PauseBetweenCollections = TimeSpan.FromHours(1);

    /// <summary>Whether a process that starts now would find another one waiting to do its work.</summary>
    public static bool IsAwaited(Store store)
    {
        ArgumentNullException.ThrowIfNull(store);
        using var taken = store.Locks.TryAcquire(Waiting);
        return taken is null;
    }

    /// <summary>Does it, unless another process is about to.</summary>
    /// <returns>Whether it was done here.</returns>
    public async Task<bool> RunAsync(GcSettings settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (store.Locks.TryAcquire(Waiting) is not { } waiting)
        {
            return false;
        }

        StoreLock working;
        using (waiting)
        {
            working = await store.Locks.AcquireAsync(Working, cancellationToken);
            await PauseAsync(cancellationToken);
        }

        // From here on, who finishes a layer needs the next one.
        using (working)
        {
            store.Flush();
            if (settings.IsEnabled)
            {
                await CollectAsync(settings, cancellationToken);
            }
        }

        return true;
    }

    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        var clock = store.Options.Clock;
        if (store.LastFlush is { } last && last + PauseBetweenFlushes - clock.GetUtcNow() is { Ticks: > 0 } left)
        {
            await Task.Delay(left < PauseBetweenFlushes ? left : PauseBetweenFlushes, clock, cancellationToken);
        }
    }

    private async Task CollectAsync(GcSettings settings, CancellationToken cancellationToken)
    {
        var disk = GarbageCollector.DiskOf(store);
        if (!IsCollectionDue(settings, disk))
        {
            return;
        }

        var collector = new GarbageCollector(store, held);
        foreach (var rule in settings.Rules(disk.Size))
        {
            await collector.CollectAsync(rule, cancellationToken);
        }

        AtomicFile.Write(store.Session, store.Paths.LastCollection, [], durable: false);
    }

    // A disk that runs full is looked at ten times as often.
    private bool IsCollectionDue(GcSettings settings, FileSystemStatus disk)
    {
        var pause = disk.Available < settings.Limits(disk.Size).MinFreeSpace ? PauseBetweenCollections / 10 : PauseBetweenCollections;
        return !FileStatuses.TryGet(store.Paths.LastCollection, out var last)
            || DateTimeOffset.FromUnixTimeSeconds(last.Modified.Seconds) + pause < store.Options.Clock.GetUtcNow();
    }
}
