using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>Deletes a tree without ever following a link or crossing a mount point: what is mounted below is left alone and reported.</summary>
public static class TreeRemover
{
    private const OpenFlags DirectoryFlags = OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow;

    /// <summary>Removes <paramref name="path"/> and all below it; nothing happens when it does not exist.</summary>
    /// <exception cref="SyscallException">Something could not be removed; the rest of its siblings may remain.</exception>
    public static void Remove(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = Path.TrimEndingDirectorySeparator(path);
        var parent = Path.GetDirectoryName(full) ?? throw new ArgumentException("the root directory is never removed", nameof(path));
        if (!FileStatuses.TryGet(full, out _))
        {
            return;
        }

        using var directory = Descriptors.Open(parent.Length == 0 ? "." : parent, OpenFlags.ReadOnly | OpenFlags.Directory);
        Remove(directory, Path.GetFileName(full));
    }

    /// <summary>Removes <paramref name="name"/> in <paramref name="directory"/> and all below it.</summary>
    /// <exception cref="SyscallException">Something could not be removed; the rest of its siblings may remain.</exception>
    public static void Remove(SafeFileHandle directory, string name) => Remove(directory, [.. Encoding.UTF8.GetBytes(name), 0]);

    /// <summary>As <see cref="Remove(SafeFileHandle, string)"/> for a name in bytes, see <see cref="ByteNames"/>: what an archive brought in need not be UTF-8, and must be removable all the same.</summary>
    public static void Remove(SafeFileHandle directory, ReadOnlySpan<byte> name)
    {
        // Mostly it is no directory: the one call then is all.
        var errno = ByteNames.Remove(directory, name);
        if (errno is Errno.EISDIR or Errno.EPERM && FileStatuses.TryGet(directory, name, out var status) && status.Kind == FileKind.Directory)
        {
            Empty(directory, name);
            errno = ByteNames.RemoveDirectory(directory, name);
        }

        if (errno is not (0 or Errno.ENOENT))
        {
            throw Failed("unlinkat", errno, name);
        }
    }

    private static void Empty(SafeFileHandle parent, ReadOnlySpan<byte> name)
    {
        // NoCrossMount makes the kernel refuse a mount point (EXDEV), whatever happened since the status was read.
        const ResolveFlags resolve = ResolveFlags.NoCrossMount | ResolveFlags.NoSymlinks | ResolveFlags.Beneath;
        var handle = ByteNames.TryOpenPath(parent, name, DirectoryFlags, resolve, out var errno);
        if (handle is null && errno == Errno.EACCES && ByteNames.ChangeMode(parent, name, 0b111_000_000) == 0)
        {
            handle = ByteNames.TryOpenPath(parent, name, DirectoryFlags, resolve, out errno);
        }

        using var opened = handle ?? throw Failed("openat2", errno, name);
        foreach (var entry in ByteNames.ReadEntries(opened))
        {
            Remove(opened, entry.Name);
        }
    }

    private static SyscallException Failed(string call, int errno, ReadOnlySpan<byte> name) => new(call, errno, Encoding.UTF8.GetString(name[..^1]));
}
