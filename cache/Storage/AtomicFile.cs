using SharpBuild.Linux;

namespace SharpBuild.Cache.Storage;

/// <summary>Small files that are either whole or not there: written under another name, then renamed.</summary>
internal static class AtomicFile
{
    // How a user namespace shows an owner that it does not know.
    private const uint Unmapped = 65534;

    private const int MostAttempts = 100;

    /// <summary>Replaces <paramref name="path"/>.</summary>
    /// <param name="session">Where the other name is made.</param>
    /// <param name="path">The file; its directory is made when missing.</param>
    /// <param name="content">All of it.</param>
    /// <param name="durable">Whether it must survive a power loss from now on: 1.5 ms (measured), so only for what cannot be made again.</param>
    public static void Write(StoreSession session, string path, ReadOnlySpan<byte> content, bool durable)
    {
        var temporary = session.NewPath();
        try
        {
            WriteNew(temporary, content, durable);
            Publish(temporary, path, durable);
        }
        catch (SyscallException exception)
        {
            File.Delete(temporary);
            throw NotWritten(path, exception);
        }
    }

    /// <summary>Replaces a file of a directory that may be removed meanwhile, and is not made again then: false when it is gone.</summary>
    public static bool TryReplace(StoreSession session, string path, ReadOnlySpan<byte> content)
    {
        var temporary = session.NewPath();
        try
        {
            WriteNew(temporary, content, durable: false);
            Rename(temporary, path);
            return true;
        }
        catch (SyscallException exception)
        {
            File.Delete(temporary);
            return exception.Errno == Errno.ENOENT ? false : throw NotWritten(path, exception);
        }
    }

    /// <summary>Renames a finished file or directory into place; an existing file is replaced.</summary>
    public static void Publish(string temporary, string path, bool durable)
    {
        // The collector takes a whole directory of what is remembered; it may do so again between the two calls.
        for (var attempt = 1; !TryPublish(temporary, path, mayThrow: attempt == MostAttempts); attempt++)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }

        if (durable)
        {
            using var directory = Descriptors.Open(Path.GetDirectoryName(path)!, OpenFlags.ReadOnly | OpenFlags.Directory);
            FileSystems.SynchronizeFile(directory);
        }
    }

    private static bool TryPublish(string temporary, string path, bool mayThrow)
    {
        try
        {
            Rename(temporary, path);
            return true;
        }
        catch (SyscallException exception) when (!mayThrow && exception.Errno == Errno.ENOENT && Directory.Exists(Path.GetDirectoryName(Path.GetDirectoryName(path))))
        {
            return false;
        }
    }

    /// <summary>The whole file, or null when there is none.</summary>
    public static byte[]? TryRead(string path)
    {
        var handle = Descriptors.TryOpen(path, OpenFlags.ReadOnly, out var errno);
        if (handle is null)
        {
            return errno is Errno.ENOENT or Errno.ENOTDIR ? null : throw NotRead(path, new SyscallException("open", errno, path));
        }

        using (handle)
        {
            var content = new byte[FileStatuses.Get(handle).Size];
            return FileTransfers.Read(handle, content) == content.Length ? content : null;
        }
    }

    /// <summary>Marks something as used now; false when it is not there.</summary>
    /// <exception cref="CacheException">The store cannot be written.</exception>
    public static bool TryTouch(string path)
    {
        try
        {
            return Inodes.TryTouch(path);
        }
        catch (SyscallException exception)
        {
            throw NotWritten(path, exception);
        }
    }

    /// <summary>What to tell when the store cannot be written.</summary>
    public static CacheException NotWritten(string path, IOException exception)
    {
        // For those that did not come from a call of ours, the class library keeps the errno there.
        var errno = exception is SyscallException syscall ? syscall.Errno : exception.HResult;
        var reason = exception is SyscallException { Path: not null } named ? named.Reason : exception.Message;
        return new($"the store cannot write '{path}': {reason}", path, exception) { Code = CacheErrorCodes.NotWritable, Hint = HintOf(errno, path) };
    }

    private static CacheException NotRead(string path, SyscallException exception) =>
        new($"the store cannot read '{path}': {exception.Reason}", path, exception) { Code = CacheErrorCodes.NotWritable, Hint = HintOf(exception.Errno, path) };

    /// <summary>What helps somebody whom a file of the store is refused.</summary>
    public static string HintOf(int errno, string path) => errno switch
    {
        Errno.ENOSPC or Errno.EDQUOT => "free some disk space, for example with 'sharpbuild prune', or put the store elsewhere with --root",
        Errno.EROFS => "the store is on a disk that is mounted read-only: 'images', 'inspect', 'why', 'du' and 'save' work there; for all else use another one with --root",
        Errno.EACCES or Errno.EPERM when OwnerOf(path) is { } owner && owner != Processes.EffectiveUserId =>
            $"it belongs to another user{(owner == Unmapped ? "" : $" (uid {owner})")}: work as that one, or use a store of your own with --root",
        _ => "check who owns the store's directory, or put the store elsewhere with --root",
    };

    // Of the file, or of whatever above it may be looked at.
    private static uint? OwnerOf(string path)
    {
        for (var place = path; !string.IsNullOrEmpty(place); place = Path.GetDirectoryName(place))
        {
            if (FileStatuses.TryGet(place, out var status))
            {
                return status.Uid;
            }
        }

        return null;
    }

    private static void WriteNew(string path, ReadOnlySpan<byte> content, bool durable)
    {
        using var file = Descriptors.Open(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, 0b110_100_100);
        FileTransfers.Write(file, content);
        if (durable)
        {
            FileSystems.SynchronizeFile(file);
        }
    }

    private static void Rename(string temporary, string path) => Inodes.Rename(temporary, path);
}
