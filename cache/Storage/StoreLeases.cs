using System.Globalization;

namespace SharpBuild.Cache.Storage;

/// <summary>
/// Who uses the store, and since when. Each process holds a shared lock on the file of the ten minutes in which it began, and what it
/// finds it marks as used; so all that was used since the oldest file that is still locked may be somebody's. Four system calls, and no
/// file that is made and removed by each process; a lock ends with its process, whatever ends that.
/// </summary>
internal sealed class StoreLeases(CachePaths paths, TimeProvider clock) : IDisposable
{
    private const int SpanSeconds = 600;
    private StoreLock? held;

    /// <summary>Takes a lease for as long as this lives. Who cannot write to the store gets none, and removes nothing either.</summary>
    public void Take()
    {
        try
        {
            var path = paths.Lease(clock.GetUtcNow().ToUnixTimeSeconds() / SpanSeconds);
            while (held is null)
            {
                held = StoreLocks.TryLock(path, exclusive: false, keepsFile: true);
            }
        }
        catch (CacheException)
        {
            held = null;
        }
    }

    /// <summary>Since when the process lives that has had the store open longest; null when there is none.</summary>
    public DateTimeOffset? OldestUse()
    {
        DateTimeOffset? oldest = null;
        foreach (var path in Directory.EnumerateFiles(paths.Leases))
        {
            if (!long.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var span))
            {
                continue;
            }

            var start = DateTimeOffset.FromUnixTimeSeconds(span * SpanSeconds);
            if (!StoreLocks.IsFileHeld(path))
            {
                RemoveEnded(path);
            }
            else if (oldest is null || start < oldest)
            {
                oldest = start;
            }
        }

        return oldest;
    }

    // To take it alone and let go of it removes it; who came in between keeps it, and began after we looked.
    private static void RemoveEnded(string path)
    {
        try
        {
            StoreLocks.TryLockExisting(path)?.Dispose();
        }
        catch (CacheException)
        {
            // A store that cannot be written keeps it.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => held?.Dispose();
}
