using Microsoft.Win32.SafeHandles;
using SharpBuild.Image.Tar;
using SharpBuild.Linux;

namespace SharpBuild.Image.Layers;

/// <summary>The open directories from the root down to where the last entry went. Tars are sorted, so the next entry mostly needs none or one more; and because every step opens one name without following links, no path can lead outside.</summary>
/// <remarks>A symbolic link on the way is resolved here, in our own hands, with the root as the ceiling. A directory gets its final time when it is left.</remarks>
internal sealed class DirectoryStack(SafeFileHandle root, TreeRules rules) : IDisposable
{
    private const OpenFlags DirectoryFlags = OpenFlags.ReadOnly | OpenFlags.Directory;
    private const int MaximumLinks = 40; // as the kernel's
    private const int DefaultMode = 0b111_101_101;
    private const int LongestPath = 4095; // PATH_MAX without its zero byte: what is deeper nobody could name

    private readonly List<Frame> frames = [];
    private readonly DirectoryChain chain = new(root);

    // By inode, not by path: the paths of nested directories alone, 4 KB each, would fill the memory.
    private readonly Dictionary<(ulong Device, ulong Inode), FileTime> times = [];
    private readonly TarPath path = new();
    private int pathLength;

    /// <summary>The directory that was entered last.</summary>
    public SafeFileHandle Current => chain.Current;

    /// <summary>Goes to the first <paramref name="count"/> names of <paramref name="target"/>; what is missing is made.</summary>
    public SafeFileHandle Enter(TarPath target, int count)
    {
        var same = 0;
        while (same < count && same < frames.Count && target[same].SequenceEqual(frames[same].Name))
        {
            same++;
        }

        LeaveTo(same);
        for (var i = same; i < count; i++)
        {
            if (!TryStep(target[i]))
            {
                Follow(target, i, count);
                break;
            }
        }

        return Current;
    }

    /// <summary>Puts a directory below the current one on top.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="handle">The open directory, owned by the stack from now on.</param>
    /// <param name="time">The time that it gets when left; null for none.</param>
    public void Push(ReadOnlySpan<byte> name, SafeFileHandle handle, FileTime? time)
    {
        var frame = new Frame(name.ToArray());
        frames.Add(frame);
        chain.Enter(handle);
        pathLength += name.Length;
        if (pathLength > LongestPath)
        {
            throw new SyscallException("openat", Errno.ENAMETOOLONG, TarEntry.Show(name[..^1]));
        }

        frame.Time = time;
    }

    /// <summary>Leaves all directories.</summary>
    public void Finish() => LeaveTo(0);

    public void Dispose() => chain.Dispose();

    private void LeaveTo(int depth)
    {
        while (frames.Count > depth)
        {
            var frame = frames[^1];
            if (frame.Time is { } time)
            {
                times[KeyOf(chain.Current)] = time;
                Inodes.SetTimes(chain.Current, time);
            }

            chain.Leave();
            pathLength -= frame.Name.Length;
            frames.RemoveAt(frames.Count - 1);
        }
    }

    // False at a symbolic link.
    private bool TryStep(ReadOnlySpan<byte> name)
    {
        if (TarPath.IsDotDot(name))
        {
            LeaveTo(Math.Max(frames.Count - 1, 0));
            return true;
        }

        var handle = ByteNames.TryOpen(Current, name, DirectoryFlags, 0, out var errno);
        if (handle is not null)
        {
            Push(name, handle, times.Count > 0 && times.TryGetValue(KeyOf(handle), out var known) ? known : null);
            return true;
        }

        if (errno == Errno.ENOENT)
        {
            MakeImplied(name, isOpaque: false);
            return true;
        }

        if (errno is not (Errno.ENOTDIR or Errno.ELOOP) || !FileStatuses.TryGet(Current, name, out var status))
        {
            throw new SyscallException("openat", errno, TarEntry.Show(name[..^1]));
        }

        if (rules.IsLayer && status.IsWhiteout)
        {
            // Deleted and made anew in the same layer: what lies below stays hidden.
            Check(ByteNames.Remove(Current, name), "unlinkat", name);
            MakeImplied(name, isOpaque: true);
            return true;
        }

        return status.Kind == FileKind.SymbolicLink
            ? false
            : throw new SyscallException("openat", Errno.ENOTDIR, TarEntry.Show(name[..^1]));
    }

    private void Follow(TarPath target, int index, int count)
    {
        var rest = new List<byte>();
        for (var i = index + 1; i < count; i++)
        {
            rest.AddRange([(byte)'/', .. target[i][..^1]]);
        }

        var name = target[index].ToArray();
        for (var links = 0; ; links++)
        {
            if (links == MaximumLinks)
            {
                throw new SyscallException("openat", Errno.ELOOP, TarEntry.Show(name));
            }

            path.Read([.. ReadLink(name), .. rest]);
            var stopped = WalkUntilLink();
            if (stopped < 0)
            {
                return;
            }

            name = path[stopped].ToArray();
            rest.Clear();
            for (var i = stopped + 1; i < path.Count; i++)
            {
                rest.AddRange([(byte)'/', .. path[i][..^1]]);
            }
        }
    }

    // The index of the next link on the way, -1 at the end.
    private int WalkUntilLink()
    {
        for (var i = 0; i < path.Count; i++)
        {
            if (!TryStep(path[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private byte[] ReadLink(ReadOnlySpan<byte> name)
    {
        var buffer = new byte[4096];
        var length = ByteNames.ReadLink(Current, name, buffer);
        if (length < 0)
        {
            throw new SyscallException("readlinkat", -length, TarEntry.Show(name[..^1]));
        }

        if (length > 0 && buffer[0] == '/')
        {
            LeaveTo(0);
        }

        return buffer[..length];
    }

    // A parent that the tar leaves out looks as it does in the layers below.
    private void MakeImplied(ReadOnlySpan<byte> name, bool isOpaque)
    {
        Check(ByteNames.MakeDirectory(Current, name, DefaultMode), "mkdirat", name);
        var handle = ByteNames.TryOpen(Current, name, DirectoryFlags, 0, out var errno) ?? throw new SyscallException("openat", errno, TarEntry.Show(name[..^1]));
        if (times.Count > 0)
        {
            times.Remove(KeyOf(handle)); // of one that was removed, whose inode is used again
        }

        Push(name, handle, null);
        var lower = FindLower();
        var (uid, gid) = rules.Owner ?? (lower?.Uid ?? 0, lower?.Gid ?? 0);
        Inodes.ChangeOwner(handle, uid, gid);
        Inodes.ChangeMode(handle, lower?.Permissions ?? DefaultMode);
        if (isOpaque)
        {
            Check(ExtendedAttributes.TrySet(handle, Whiteout.OpaqueAttribute(rules.UserXattr), "y"u8), "fsetxattr", name);
        }

        if (rules.IsLayer)
        {
            frames[^1].Time = lower?.Modified ?? new FileTime(0, 0);
        }
    }

    private FileStatus? FindLower()
    {
        if (rules.Lower is null)
        {
            return null;
        }

        var joined = new List<byte>();
        foreach (var frame in frames)
        {
            joined.AddRange([.. frame.Name.AsSpan(0, frame.Name.Length - 1), (byte)'/']);
        }

        joined.Add(0);
        using var found = ByteNames.TryOpenPath(rules.Lower, joined.ToArray(), OpenFlags.PathOnly | OpenFlags.Directory, ResolveFlags.InRoot | ResolveFlags.NoMagicLinks, out _);
        return found is null ? null : FileStatuses.Get(found);
    }

    private static (ulong Device, ulong Inode) KeyOf(SafeFileHandle directory)
    {
        var status = FileStatuses.Get(directory);
        return (status.Device, status.Inode);
    }

    private static void Check(int errno, string call, ReadOnlySpan<byte> name)
    {
        if (errno != 0)
        {
            throw new SyscallException(call, errno, TarEntry.Show(name[..^1]));
        }
    }

    private sealed class Frame(byte[] name)
    {
        public byte[] Name { get; } = name;

        public FileTime? Time { get; set; }
    }
}
