using System.Globalization;
using SharpBuild.Cache.Storage;
using SharpBuild.Linux;

namespace SharpBuild.Cache;

/// <summary>Directories that outlive builds, by id (<c>RUN --mount=type=cache</c>). Thread-safe, and safe between processes.</summary>
public sealed partial class CacheMountStore
{
    private readonly CachePaths paths;
    private readonly StoreSession session;
    private readonly StoreLocks locks;

    internal CacheMountStore(CachePaths paths, StoreSession session, StoreLocks locks) =>
        (this.paths, this.session, this.locks) = (paths, session, locks);

    /// <summary>Takes a cache mount; it is made when missing. Waits while somebody else holds it <see cref="CacheMountSharing.Locked"/>.</summary>
    public async Task<CacheMountLease> AcquireAsync(CacheMountRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var directory = paths.CacheMount(request.Identity);

        // Whoever removes the mount has the lock of each directory that he sees, and of the first; this one keeps him from missing a new one.
        using var taking = request.Sharing == CacheMountSharing.Private ? await locks.AcquireSharedAsync(TakingName(directory), cancellationToken) : null;
        var (path, held) = request.Sharing switch
        {
            CacheMountSharing.Private => TakeFree(directory),
            CacheMountSharing.Locked => (Path.Join(directory, "0"), await locks.AcquireAsync(LockName(directory, 0), cancellationToken)),
            _ => (Path.Join(directory, "0"), await locks.AcquireSharedAsync(LockName(directory, 0), cancellationToken)),
        };
        try
        {
            // Under the lock, which whoever removes the mount needs, too.
            Announce(directory, request.Id);
            Prepare(request, path);
            return new(path, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>All cache mounts.</summary>
    public IEnumerable<CacheMountInfo> List()
    {
        foreach (var directory in Directory.EnumerateDirectories(paths.CacheMounts))
        {
            var file = IdFile(directory);
            if (AtomicFile.TryRead(file) is { } id)
            {
                yield return new(System.Text.Encoding.UTF8.GetString(id), directory, new DateTimeOffset(File.GetLastWriteTimeUtc(file)));
            }
        }
    }

    /// <summary>Removes the cache mounts of an id that nobody uses.</summary>
    /// <returns>Whether all of them are gone.</returns>
    public bool Remove(string id)
    {
        var complete = true;
        foreach (var mount in List().Where(mount => mount.Id == id).ToArray())
        {
            complete &= TryRemove(mount.Path);
        }

        return complete;
    }

    /// <summary>Whether a step has it mounted now.</summary>
    internal bool IsInUse(CacheMountInfo mount) => NumbersOf(mount.Path).Exists(number => locks.IsHeld(LockName(mount.Path, number)));

    /// <summary>Removes a cache mount by its directory, unless somebody uses it.</summary>
    internal bool TryRemove(string directory)
    {
        var taken = new List<StoreLock>();
        try
        {
            if (!TryAdd(TakingName(directory)) || !NumbersOf(directory).TrueForAll(number => TryAdd(LockName(directory, number))))
            {
                return false;
            }

            var doomed = session.NewPath();
            Inodes.Rename(directory, doomed);
            TreeRemover.Remove(doomed);
            return true;
        }
        catch (SyscallException exception) when (exception.Errno == Errno.ENOENT)
        {
            // Another one was faster.
            return true;
        }
        finally
        {
            taken.ForEach(held => held.Dispose());
        }

        bool TryAdd(string name)
        {
            if (locks.TryAcquire(name) is not { } held)
            {
                return false;
            }

            taken.Add(held);
            return true;
        }
    }

    // The first is named even when there is none yet. The whole may be removed while we look.
    private static List<int> NumbersOf(string directory)
    {
        using var handle = Descriptors.TryOpen(directory, OpenFlags.ReadOnly | OpenFlags.Directory, out _);
        var entries = handle is null ? [] : DirectoryReader.Read(handle);
        return [.. entries.Select(entry => int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).Append(0).Distinct()];
    }

    private (string Path, StoreLock Held) TakeFree(string directory)
    {
        for (var number = 0; ; number++)
        {
            if (locks.TryAcquire(LockName(directory, number)) is { } held)
            {
                return (Path.Join(directory, number.ToString(CultureInfo.InvariantCulture)), held);
            }
        }
    }

    private void Announce(string directory, string id)
    {
        // Also the time of the last use, which pruning goes by.
        AtomicFile.Write(session, IdFile(directory), System.Text.Encoding.UTF8.GetBytes(id), durable: false);
    }

    private void Prepare(CacheMountRequest request, string path)
    {
        if (request.Reset)
        {
            Clear(path);
        }

        if (FileStatuses.TryGet(path, out _))
        {
            return;
        }

        // Made aside and renamed, so that nobody who shares it sees it half-filled. When two make it, the first stays: it may be mounted.
        var draft = session.NewPath();
        Inodes.TryMakeDirectory(draft, 0b111_000_000);
        using (var handle = Descriptors.Open(draft, OpenFlags.ReadOnly | OpenFlags.Directory))
        {
            request.Seed?.Invoke(handle);
            Inodes.ChangeOwner(handle, request.Uid, request.Gid);
            Inodes.ChangeMode(handle, request.Mode);
        }

        if (!Inodes.TryRename(draft, path))
        {
            TreeRemover.Remove(draft);
        }
    }

    // Emptied, not replaced: somebody may have it mounted.
    private static void Clear(string path)
    {
        using var handle = Descriptors.TryOpen(path, OpenFlags.ReadOnly | OpenFlags.Directory, out _);
        if (handle is null)
        {
            return;
        }

        foreach (var entry in DirectoryReader.Read(handle))
        {
            TreeRemover.Remove(handle, entry.Name);
        }
    }

    private static string IdFile(string directory) => Path.Join(directory, "id");

    private static string TakingName(string directory) => "cache mount " + Path.GetFileName(directory);

    private static string LockName(string directory, int number) => string.Create(CultureInfo.InvariantCulture, $"cache mount {Path.GetFileName(directory)} {number}");
}
