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
    public static void Remove(SafeFileHandle directory, string name)
    {
        if (!FileStatuses.TryGet(directory, name, out var status))
        {
            return;
        }

        if (status.Kind != FileKind.Directory)
        {
            Inodes.Remove(directory, name);
            return;
        }

        Empty(directory, name);
        Inodes.RemoveDirectory(directory, name);
    }

    private static void Empty(SafeFileHandle parent, string name)
    {
        // NoCrossMount makes the kernel refuse a mount point (EXDEV), whatever happened since the status was read.
        var handle = Descriptors.TryOpenAt(parent, name, DirectoryFlags, ResolveFlags.NoCrossMount | ResolveFlags.NoSymlinks | ResolveFlags.Beneath, 0, out var errno);
        if (handle is null && errno == Errno.EACCES)
        {
            Inodes.ChangeMode(parent, name, 0b111_000_000);
            handle = Descriptors.TryOpenAt(parent, name, DirectoryFlags, ResolveFlags.NoCrossMount | ResolveFlags.NoSymlinks | ResolveFlags.Beneath, 0, out errno);
        }

        using var opened = handle ?? throw new SyscallException("openat2", errno, name);
        foreach (var entry in DirectoryReader.Read(opened))
        {
            if (entry.Kind is not (FileKind.Directory or FileKind.Unknown))
            {
                Inodes.Remove(opened, entry.Name);
            }
            else
            {
                Remove(opened, entry.Name);
            }
        }
    }
}
