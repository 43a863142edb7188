using SharpBuild.Cache.Storage;
using SharpBuild.Linux;

namespace SharpBuild.Cache;

/// <summary>
/// Named locks between all processes that use a store, by flock(2) on a file each: they vanish with the process that holds them.
/// Two holders within one process conflict as two processes do. Thread-safe.
/// </summary>
public sealed class StoreLocks
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(20);
    private readonly CachePaths paths;
    private readonly TimeProvider clock;

    internal StoreLocks(CachePaths paths, TimeProvider clock) => (this.paths, this.clock) = (paths, clock);

    /// <summary>Takes a lock for itself alone, or null when somebody holds it.</summary>
    /// <param name="name">Any text.</param>
    public StoreLock? TryAcquire(string name) => TryAcquire(name, exclusive: true);

    /// <summary>Takes a lock together with others that share it, or null when somebody holds it alone.</summary>
    public StoreLock? TryAcquireShared(string name) => TryAcquire(name, exclusive: false);

    /// <summary>Takes a lock for itself alone; waits until it is free.</summary>
    public Task<StoreLock> AcquireAsync(string name, CancellationToken cancellationToken) => AcquireAsync(name, exclusive: true, cancellationToken);

    /// <summary>Takes a lock together with others that share it; waits until nobody holds it alone.</summary>
    public Task<StoreLock> AcquireSharedAsync(string name, CancellationToken cancellationToken) => AcquireAsync(name, exclusive: false, cancellationToken);

    private async Task<StoreLock> AcquireAsync(string name, bool exclusive, CancellationToken cancellationToken)
    {
        // A waiting flock cannot be cancelled without a signal, hence the polling; the pause grows from 1 ms.
        for (var pause = TimeSpan.FromMilliseconds(1); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            if (TryAcquire(name, exclusive) is { } taken)
            {
                return taken;
            }

            await Task.Delay(pause, clock, cancellationToken);
        }
    }

    /// <summary>Takes the lock of a file, which is made when missing; null when somebody holds it otherwise.</summary>
    /// <param name="path">The file.</param>
    /// <param name="exclusive">Whether nobody else may hold it.</param>
    /// <param name="keepsFile">Whether the file stays when the lock is released.</param>
    internal static StoreLock? TryLock(string path, bool exclusive, bool keepsFile = false)
    {
        while (true)
        {
            var file = OpenFile(path);
            if (!FileLocks.TryLock(file, exclusive))
            {
                file.Dispose();
                return null;
            }

            // The last holder removes the file: then this is the lock of a name that is gone, and the next one opens another.
            if (IsNameOf(path, file))
            {
                return new(file, path, keepsFile);
            }

            file.Dispose();
        }
    }

    /// <summary>Takes a lock for itself alone; sleeps until it is free. For locks that are held for some file operations, no longer.</summary>
    internal StoreLock Acquire(string name)
    {
        var path = paths.Lock(name);
        while (true)
        {
            var file = OpenFile(path);
            FileLocks.Lock(file);
            if (IsNameOf(path, file))
            {
                return new(file, path);
            }

            file.Dispose();
        }
    }

    /// <summary>Whether somebody holds a lock of this name. Makes and removes nothing, so that it may be asked of a store that cannot be written.</summary>
    internal bool IsHeld(string name) => IsFileHeld(paths.Lock(name));

    /// <summary>As <see cref="IsHeld"/>, by its file; what we may not open belongs to another user, who may well hold it.</summary>
    internal static bool IsFileHeld(string path)
    {
        using var file = Descriptors.TryOpen(path, OpenFlags.ReadOnly, out var errno);
        return file is null ? errno != Errno.ENOENT : !FileLocks.TryLock(file, exclusive: true);
    }

    private static Microsoft.Win32.SafeHandles.SafeFileHandle OpenFile(string path)
    {
        try
        {
            return Descriptors.Open(path, OpenFlags.ReadWrite | OpenFlags.Create, 0b110_000_000);
        }
        catch (SyscallException exception)
        {
            throw AtomicFile.NotWritten(path, exception);
        }
    }

    /// <summary>Whether a path still leads to an open file.</summary>
    internal static bool IsNameOf(string path, Microsoft.Win32.SafeHandles.SafeFileHandle file) =>
        FileStatuses.TryGet(path, out var current) && current.Inode == FileStatuses.Get(file).Inode;

    /// <summary>Takes the lock of a file for itself alone; null when somebody holds it, or there is none.</summary>
    internal static StoreLock? TryLockExisting(string path, bool keepsFile = false) => FileStatuses.TryGet(path, out _) ? TryLock(path, exclusive: true, keepsFile) : null;

    private StoreLock? TryAcquire(string name, bool exclusive) => TryLock(paths.Lock(name), exclusive);
}
