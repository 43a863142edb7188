using System.Globalization;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Storage;

/// <summary>
/// Who uses the store, and since when. Each process holds a shared lock on the file of the ten minutes in which it began, and what it
/// finds it marks as used; so all that was used since the oldest file that is still locked may be somebody's. Four system calls, and no
/// file that is made and removed by each process; a lock ends with its process, whatever ends that.
/// </summary>
internal sealed class StoreLeases(CachePaths paths, TimeProvider clock) : IDisposable
{
    private const int SpanSeconds = 600;
#pragma warning disable CA2213 // Dispose leaves it: the file stays for the next one.
    private StoreLock? held;
#pragma warning restore CA2213

    /// <summary>Takes a lease for as long as this lives. Who cannot write to the store gets none, and removes nothing either.</summary>
    public void Take()
    {
        try
        {
            var path = paths.Lease(clock.GetUtcNow().ToUnixTimeSeconds() / SpanSeconds);
            while (held is null)
            {
                held = StoreLocks.TryLock(path, exclusive: false);
            }
        }
        catch (SyscallException)
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

            using var free = StoreLocks.TryLock(path, exclusive: true);
            var start = DateTimeOffset.FromUnixTimeSeconds(span * SpanSeconds);
            if (free is null && (oldest is null || start < oldest))
            {
                oldest = start;
            }
        }

        return oldest;
    }

    /// <inheritdoc/>
    public void Dispose() => held?.Leave();
}
