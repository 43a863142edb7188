using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>
/// Deletes a tree without ever following a link or crossing a mount point: what is mounted below is left alone and reported.
/// Names are bytes: a layer may hold some that are not UTF-8.
/// </summary>
public static class TreeRemover
{
    private const OpenFlags DirectoryFlags = OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow;

    // NoCrossMount makes the kernel refuse a mount point (EXDEV), whatever happened since the name was read.
    private const ResolveFlags Resolve = ResolveFlags.NoCrossMount | ResolveFlags.NoSymlinks | ResolveFlags.Beneath;

    private const int OwnerAccess = 0b111_000_000;

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
        ArgumentNullException.ThrowIfNull(name);
        Remove(directory, Encoding.UTF8.GetBytes(name + "\0"));
    }

    /// <summary>Removes a name in bytes, which ends with a zero byte, and all below it.</summary>
    public static void Remove(SafeFileHandle directory, ReadOnlySpan<byte> name)
    {
        if (TryRemoveFile(directory, name))
        {
            return;
        }

        // With a stack of its own and few descriptors: a container may nest directories as deep as it likes.
        using var chain = new DirectoryChain(directory);
        var levels = new Stack<Level>();
        levels.Push(Enter(chain, name));
        while (levels.TryPeek(out var level))
        {
            if (level.Entries.TryPop(out var entry))
            {
                if (!TryRemoveFile(chain.Current, entry.Name))
                {
                    levels.Push(Enter(chain, entry.Name));
                }

                continue;
            }

            chain.Leave();
            levels.Pop();
            var errno = ByteNames.RemoveDirectory(chain.Current, level.Name);
            if (errno is not (0 or Errno.ENOENT))
            {
                throw Failed("unlinkat", errno, level.Name);
            }
        }
    }

    // False for a directory.
    private static bool TryRemoveFile(SafeFileHandle directory, ReadOnlySpan<byte> name)
    {
        var errno = ByteNames.Remove(directory, name);
        return errno switch
        {
            0 or Errno.ENOENT => true,
            Errno.EISDIR or Errno.EPERM => false,
            _ => throw Failed("unlinkat", errno, name),
        };
    }

    private static Level Enter(DirectoryChain chain, ReadOnlySpan<byte> name)
    {
        var parent = chain.Current;
        var handle = ByteNames.TryOpenPath(parent, name, DirectoryFlags, Resolve, out var errno);
        if (handle is null && errno == Errno.EACCES && ByteNames.ChangeMode(parent, name, OwnerAccess) == 0)
        {
            handle = ByteNames.TryOpenPath(parent, name, DirectoryFlags, Resolve, out errno);
        }

        chain.Enter(handle ?? throw Failed("openat2", errno, name));
        return new(name.ToArray(), new(ByteNames.ReadEntries(handle)));
    }

    private static SyscallException Failed(string call, int errno, ReadOnlySpan<byte> name) => new(call, errno, Encoding.UTF8.GetString(name[..^1]));

    private sealed record Level(byte[] Name, Stack<ByteEntry> Entries);
}
