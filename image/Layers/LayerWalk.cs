using System.Buffers;
using System.Text;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Image.Tar;
using SharpBuild.Linux;

namespace SharpBuild.Image.Layers;

/// <summary>One pass over a layer directory that writes its tar: a directory's names sorted by bytes, each directory before what it holds.</summary>
internal sealed class LayerWalk(IBufferWriter<byte> output, LayerWriterOptions options, CancellationToken cancellationToken)
{
    private const OpenFlags DirectoryFlags = OpenFlags.ReadOnly | OpenFlags.Directory;
    private const int LongestPath = 4095; // PATH_MAX without its zero byte
    private const int LongestShown = 100;

    private readonly TarWriter tar = new(output);
    private readonly LayerAttributes attributes = new(options.UserXattr);
    private readonly Dictionary<ulong, byte[]> linked = [];
    private readonly TarEntry entry = new();
    private readonly byte[] linkBuffer = new byte[4096];
    private byte[] path = new byte[512];
    private int pathLength;

    /// <summary>Writes the whole tar.</summary>
    public void Run(SafeFileHandle root)
    {
        WriteRoot(root);
        tar.WriteEnd();
    }

    /// <summary>Writes a directory and what is in <paramref name="root"/> below it; the tar goes on.</summary>
    public void RunIn(string name, SafeFileHandle root)
    {
        tar.WriteDirectory(name, modified: new(options.Time?.ToUnixTimeSeconds() ?? 0, 0));
        Append(Encoding.UTF8.GetBytes(name));
        WriteRoot(root);
    }

    private void WriteRoot(SafeFileHandle root)
    {
        try
        {
            // A second descriptor, because reading the names moves the position of the first.
            using var directory = Descriptors.OpenAt(root, ".", DirectoryFlags, ResolveFlags.None);
            if (attributes.Read(directory).IsOpaque)
            {
                WriteMark(Whiteout.Opaque);
            }

            WriteBelow(directory);
        }
        catch (SyscallException exception)
        {
            throw new ImageException(ImageErrorCodes.FileSystem, $"the layer's '{ShownPath()}' cannot be read: {exception.Message}", exception);
        }
    }

    // With a stack of its own and few descriptors: a step may nest directories as deep as it likes.
    private void WriteBelow(SafeFileHandle top)
    {
        using var chain = new DirectoryChain(top);
        var levels = new Stack<Level>([ReadLevel(top)]);
        while (levels.TryPeek(out var level))
        {
            pathLength = level.PathLength;
            if (!level.Names.TryPop(out var name))
            {
                levels.Pop();
                if (levels.Count > 0)
                {
                    chain.Leave();
                }

                continue;
            }

            cancellationToken.ThrowIfCancellationRequested();
            Append(name.AsSpan(0, name.Length - 1));
            if (pathLength > LongestPath)
            {
                throw TooLong();
            }

            if (WriteChild(chain.Current, name) is { } directory)
            {
                chain.Enter(directory);
                levels.Push(ReadLevel(directory));
            }
        }
    }

    private Level ReadLevel(SafeFileHandle directory)
    {
        var entries = ByteNames.ReadEntries(directory);
        entries.Sort(static (left, right) => right.Name.AsSpan(0, right.Name.Length - 1).SequenceCompareTo(left.Name.AsSpan(0, left.Name.Length - 1)));
        return new(new(entries.Select(static entry => entry.Name)), pathLength);
    }

    private ImageException TooLong() => new(
        ImageErrorCodes.LimitExceeded, $"the layer has a path of more than {LongestPath} bytes, which no system could unpack: '{ShownPath()}'")
    {
        Hint = "remove directories that are nested so deeply in the same step that makes them",
    };

    private string ShownPath() =>
        pathLength <= LongestShown ? Encoding.UTF8.GetString(path.AsSpan(0, pathLength)) : Encoding.UTF8.GetString(path.AsSpan(0, LongestShown)) + "…";

    // Returns a directory whose content comes next.
    private SafeFileHandle? WriteChild(SafeFileHandle parent, byte[] name)
    {
        if (!FileStatuses.TryGet(parent, name, out var status))
        {
            throw new SyscallException("statx", Errno.ENOENT, Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1)));
        }

        if (status.IsWhiteout)
        {
            WriteWhiteout(name);
            return null;
        }

        Fill(status);
        switch (status.Kind)
        {
            case FileKind.Directory:
                return WriteDirectory(parent, name);
            case FileKind.Socket:
                break; // A tar has no sockets, and a socket without its process is of no use.
            case var _ when WriteHardLink(status):
                break;
            case FileKind.Regular:
                WriteFile(parent, name, status.Size);
                break;
            case FileKind.SymbolicLink:
                WriteSymbolicLink(parent, name);
                break;
            default:
                tar.WriteHeader(entry);
                break;
        }

        return null;
    }

    private void Fill(in FileStatus status)
    {
        entry.Path = path.AsMemory(0, pathLength);
        entry.Kind = status.Kind switch
        {
            FileKind.Directory => TarEntryKind.Directory,
            FileKind.SymbolicLink => TarEntryKind.SymbolicLink,
            FileKind.CharacterDevice => TarEntryKind.CharacterDevice,
            FileKind.BlockDevice => TarEntryKind.BlockDevice,
            FileKind.Fifo => TarEntryKind.Fifo,
            _ => TarEntryKind.File,
        };
        (entry.Mode, entry.Uid, entry.Gid, entry.Size) = (status.Permissions, status.Uid, status.Gid, 0);
        (entry.DeviceMajor, entry.DeviceMinor) = (status.DeviceMajor, status.DeviceMinor);
        entry.Modified = new(TimeOf(status), 0);
        entry.LinkTarget = default;
        entry.Attributes = null;
    }

    private long TimeOf(in FileStatus status) => options switch
    {
        { Time: { } time } => time.ToUnixTimeSeconds(),
        { LatestTime: { } latest } => Math.Min(status.Modified.Seconds, latest.ToUnixTimeSeconds()),
        _ => status.Modified.Seconds,
    };

    private SafeFileHandle WriteDirectory(SafeFileHandle parent, byte[] name)
    {
        var directory = ByteNames.TryOpen(parent, name, DirectoryFlags, 0, out var errno) ?? throw new SyscallException("openat", errno);
        try
        {
            var (found, isOpaque) = attributes.Read(directory);
            Append(default);
            entry.Path = path.AsMemory(0, pathLength);
            entry.Attributes = found;
            tar.WriteHeader(entry);
            if (isOpaque)
            {
                WriteMark(Whiteout.Opaque);
            }

            pathLength--;
            return directory;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    private void WriteFile(SafeFileHandle parent, byte[] name, long size)
    {
        using var file = ByteNames.TryOpen(parent, name, OpenFlags.ReadOnly | OpenFlags.NonBlocking, 0, out var errno) ?? throw new SyscallException("openat", errno);
        entry.Attributes = attributes.Read(file).Attributes;
        entry.Size = size;
        tar.WriteHeader(entry);
        var left = size;
        while (left > 0)
        {
            var room = output.GetSpan(1);
            cancellationToken.ThrowIfCancellationRequested();
            var length = FileBytes.Read(file, room[..(int)Math.Min(room.Length, left)]);
            if (length == 0)
            {
                throw new ImageException(ImageErrorCodes.FileSystem, $"the layer's '{entry.DisplayPath}' became shorter while it was read");
            }

            output.Advance(length);
            left -= length;
        }

        tar.WritePadding(size);
    }

    private void WriteSymbolicLink(SafeFileHandle parent, byte[] name)
    {
        var length = ByteNames.ReadLink(parent, name, linkBuffer);
        entry.LinkTarget = length >= 0 ? linkBuffer.AsMemory(0, length) : throw new SyscallException("readlinkat", -length);
        tar.WriteHeader(entry);
    }

    // The first name in order carries the content, the others point at it.
    private bool WriteHardLink(in FileStatus status)
    {
        if (status.Links < 2)
        {
            return false;
        }

        if (!linked.TryGetValue(status.Inode, out var first))
        {
            linked.Add(status.Inode, path.AsSpan(0, pathLength).ToArray());
            return false;
        }

        entry.Kind = TarEntryKind.HardLink;
        entry.LinkTarget = first;
        tar.WriteHeader(entry);
        return true;
    }

    private void WriteWhiteout(byte[] name)
    {
        // Replaces the name that WriteChildren has put at the path's end.
        pathLength -= name.Length - 1;
        WriteMark([.. Whiteout.Prefix, .. name.AsSpan(0, name.Length - 1)]);
    }

    // A mark has no time of its own that anybody could read back, so it gets the same in every build.
    private void WriteMark(ReadOnlySpan<byte> name)
    {
        var before = pathLength;
        Reserve(name.Length);
        name.CopyTo(path.AsSpan(pathLength));
        tar.WriteHeader(new() { Path = path.AsMemory(0, pathLength + name.Length) });
        pathLength = before;
    }

    // Adds a name, after a slash unless it is the first; an empty name leaves just the slash.
    private void Append(ReadOnlySpan<byte> name)
    {
        Reserve(name.Length + 1);
        if (pathLength > 0)
        {
            path[pathLength++] = (byte)'/';
        }

        name.CopyTo(path.AsSpan(pathLength));
        pathLength += name.Length;
    }

    private void Reserve(int length)
    {
        if (pathLength + length > path.Length)
        {
            Array.Resize(ref path, Math.Max(path.Length * 2, pathLength + length));
        }
    }

    // The names that are still to be written, in order, and how long the path of their directory is.
    private readonly record struct Level(Stack<byte[]> Names, int PathLength);
}
