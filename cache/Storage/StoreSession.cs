using SharpBuild.Linux;

namespace SharpBuild.Cache.Storage;

/// <summary>
/// The half-made things of this process: layers being written, blobs being fetched, temporary directories. They live in one
/// directory with one lock, taken for as long as the store is open; a directory whose lock is free belongs to a dead process
/// and is swept by the next one that needs such a directory itself. A build that finds all in the cache never gets here.
/// </summary>
internal sealed class StoreSession(CachePaths paths, StoreLocks locks) : IDisposable
{
    private readonly Lock gate = new();
    private StoreLock? ownership;
    private string? directory;
    private long counter;

    /// <summary>The directory, made when first asked for.</summary>
    public string Directory
    {
        get
        {
            lock (gate)
            {
                return directory ??= Start();
            }
        }
    }

    /// <summary>The lock that says that somebody works in <see cref="Directory"/>; null before anybody does.</summary>
    public StoreLock? Ownership => ownership;

    /// <summary>A path that nothing has yet, on the store's file system.</summary>
    public string NewPath() => Path.Join(Directory, Interlocked.Increment(ref counter).ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (directory is not null)
        {
            TreeRemover.Remove(directory);
            ownership?.Dispose();
            directory = null;
        }
    }

    private string Start()
    {
        Sweep();
        while (true)
        {
            var name = LayerId.CreateRandom().Value;
            var path = Path.Join(paths.Sessions, name);

            // The lock comes first: at no instant is there a directory that looks abandoned.
            if (locks.TryAcquire(LockName(name)) is not { } taken)
            {
                continue;
            }

            ownership = taken;
            try
            {
                Inodes.TryMakeDirectory(path, 0b111_000_000);
            }
            catch (SyscallException exception)
            {
                throw AtomicFile.NotWritten(path, exception);
            }

            return path;
        }
    }

    /// <summary>The directories of dead processes, without holding on to them.</summary>
    public IEnumerable<string> LooksAbandoned() => System.IO.Directory.EnumerateDirectories(paths.Sessions).Where(path => !locks.IsHeld(LockName(Path.GetFileName(path))));

    /// <summary>The directories of dead processes; each is ours while it is looked at.</summary>
    public IEnumerable<string> Abandoned()
    {
        foreach (var path in System.IO.Directory.EnumerateDirectories(paths.Sessions))
        {
            using var taken = locks.TryAcquire(LockName(Path.GetFileName(path)));
            if (taken is not null)
            {
                yield return path;
            }
        }
    }

    private void Sweep()
    {
        var isAny = false;
        foreach (var path in Abandoned())
        {
            TreeRemover.Remove(path);
            isAny = true;
        }

        if (isAny)
        {
            SweepLocks();
        }
    }

    // Who was killed left the files of its locks, too. To let go of one removes it.
    private void SweepLocks()
    {
        foreach (var path in System.IO.Directory.EnumerateFiles(paths.Locks))
        {
            StoreLocks.TryLockExisting(path)?.Dispose();
        }
    }

    private static string LockName(string session) => "session " + session;
}
