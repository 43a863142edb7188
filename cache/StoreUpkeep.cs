namespace SharpBuild.Cache;

/// <summary>
/// What a store wants after a command that made layers, and that nobody should wait for: all is put on the disk, so that a reboot
/// costs no rebuild. One process at a time does it; at most one more waits, and covers all that finish until it begins.
/// </summary>
public static class StoreUpkeep
{
    private const string Waiting = "upkeep waiting";
    private const string Working = "upkeep";

    // A syncfs stalls other writers: a busy host must not spend its days in it.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>Whether a process that starts now would find another one waiting to do its work.</summary>
    public static bool IsAwaited(Store store)
    {
        ArgumentNullException.ThrowIfNull(store);
        using var taken = store.Locks.TryAcquire(Waiting);
        return taken is null;
    }

    /// <summary>Does it, unless another process is about to.</summary>
    /// <returns>Whether it was done here.</returns>
    public static async Task<bool> RunAsync(Store store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (store.Locks.TryAcquire(Waiting) is not { } waiting)
        {
            return false;
        }

        StoreLock working;
        using (waiting)
        {
            working = await store.Locks.AcquireAsync(Working, cancellationToken);
            await PauseAsync(store, cancellationToken);
        }

        // From here on, who finishes a layer needs the next one.
        using (working)
        {
            store.Flush();
        }

        return true;
    }

    private static async Task PauseAsync(Store store, CancellationToken cancellationToken)
    {
        var clock = store.Options.Clock;
        if (store.LastFlush is { } last && last + Pause - clock.GetUtcNow() is { Ticks: > 0 } left)
        {
            await Task.Delay(left < Pause ? left : Pause, clock, cancellationToken);
        }
    }
}
