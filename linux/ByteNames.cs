using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>The calls on a name in a directory where the name is bytes, as the kernel has it: a name in a layer need not be UTF-8.</summary>
/// <remarks>Every name ends with a zero byte. No call follows a symbolic link at its end. Each returns 0 or the error number: in hostile archives many errors are expected and mean something else each.</remarks>
public static unsafe partial class ByteNames
{
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const int RemoveDirectoryFlag = 0x200; // AT_REMOVEDIR
    private const int Openat2Number = 437;

    /// <summary>openat(2) with <c>O_NOFOLLOW</c>: a name in <paramref name="directory"/>, without a path.</summary>
    public static SafeFileHandle? TryOpen(SafeFileHandle directory, ReadOnlySpan<byte> name, OpenFlags flags, int mode, out int errno)
    {
        fixed (byte* text = Checked(name))
        {
            int fd;
            do
            {
                fd = openat(directory, text, (int)(flags | OpenFlags.CloseOnExec | OpenFlags.NoFollow), mode);
                errno = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
            }
            while (errno == Errno.EINTR);
            return fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
        }
    }

    /// <summary>openat2(2): a path below <paramref name="directory"/> under the rules of <paramref name="resolve"/>.</summary>
    public static SafeFileHandle? TryOpenPath(SafeFileHandle directory, ReadOnlySpan<byte> path, OpenFlags flags, ResolveFlags resolve, out int errno)
    {
        var how = stackalloc ulong[3] { (ulong)(uint)(flags | OpenFlags.CloseOnExec), 0, (ulong)resolve };
        fixed (byte* text = Checked(path))
        {
            for (var attempt = 0; ; attempt++)
            {
                var fd = openat2(Openat2Number, directory, text, how, 3 * sizeof(ulong));
                errno = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
                if (fd >= 0)
                {
                    return new SafeFileHandle((nint)fd, ownsHandle: true);
                }

                // EAGAIN: a rename somewhere raced with the scoped walk (openat2(2)).
                if (errno != Errno.EINTR && !(errno == Errno.EAGAIN && attempt < 128))
                {
                    return null;
                }
            }
        }
    }

    /// <summary>mkdirat(2).</summary>
    public static int MakeDirectory(SafeFileHandle directory, ReadOnlySpan<byte> name, int mode)
    {
        fixed (byte* text = Checked(name))
        {
            return Result(mkdirat(directory, text, mode));
        }
    }

    /// <summary>symlinkat(2).</summary>
    public static int MakeSymbolicLink(SafeFileHandle directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        fixed (byte* text = Checked(name))
        fixed (byte* to = Checked(target))
        {
            return Result(symlinkat(to, directory, text));
        }
    }

    /// <summary>linkat(2).</summary>
    public static int Link(SafeFileHandle oldDirectory, ReadOnlySpan<byte> oldName, SafeFileHandle newDirectory, ReadOnlySpan<byte> newName)
    {
        fixed (byte* from = Checked(oldName))
        fixed (byte* to = Checked(newName))
        {
            return Result(linkat(oldDirectory, from, newDirectory, to, 0));
        }
    }

    /// <summary>mknodat(2).</summary>
    public static int MakeNode(SafeFileHandle directory, ReadOnlySpan<byte> name, FileKind kind, int permissions, uint major, uint minor)
    {
        fixed (byte* text = Checked(name))
        {
            return Result(mknodat(directory, text, (uint)kind | (uint)permissions, Inodes.MakeDevice(major, minor)));
        }
    }

    /// <summary>unlinkat(2) on anything but a directory.</summary>
    public static int Remove(SafeFileHandle directory, ReadOnlySpan<byte> name)
    {
        fixed (byte* text = Checked(name))
        {
            return Result(unlinkat(directory, text, 0));
        }
    }

    /// <summary>unlinkat(2) on an empty directory.</summary>
    public static int RemoveDirectory(SafeFileHandle directory, ReadOnlySpan<byte> name)
    {
        fixed (byte* text = Checked(name))
        {
            return Result(unlinkat(directory, text, RemoveDirectoryFlag));
        }
    }

    /// <summary>fchownat(2).</summary>
    public static int ChangeOwner(SafeFileHandle directory, ReadOnlySpan<byte> name, uint uid, uint gid)
    {
        fixed (byte* text = Checked(name))
        {
            return Result(fchownat(directory, text, uid, gid, NoFollow));
        }
    }

    /// <summary>utimensat(2): sets access and modification time.</summary>
    public static int SetTimes(SafeFileHandle directory, ReadOnlySpan<byte> name, FileTime modified)
    {
        var times = stackalloc long[4] { modified.Seconds, modified.Nanoseconds, modified.Seconds, modified.Nanoseconds };
        fixed (byte* text = Checked(name))
        {
            return Result(utimensat(directory, text, times, NoFollow));
        }
    }

    /// <summary>fchmodat(2) on a name; a symbolic link is refused, never followed.</summary>
    public static int ChangeMode(SafeFileHandle directory, ReadOnlySpan<byte> name, int permissions)
    {
        fixed (byte* text = Checked(name))
        {
            // What glibc says before 2.32, where it knows no other way than following; and of a link.
            var errno = Result(fchmodat(directory, text, permissions, NoFollow));
            return errno == Errno.EOPNOTSUPP ? ChangeModeByDescriptor(directory, name, permissions) : errno;
        }
    }

    /// <summary>readlinkat(2): fills <paramref name="buffer"/>.</summary>
    /// <returns>The length, or minus the error number.</returns>
    public static int ReadLink(SafeFileHandle directory, ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        fixed (byte* text = Checked(name))
        fixed (byte* bytes = buffer)
        {
            var length = readlinkat(directory, text, bytes, buffer.Length);
            return length < 0 ? -Marshal.GetLastPInvokeError() : (int)length;
        }
    }

    /// <summary>getdents64(2): the names in a directory, each with its ending zero byte, in the file system's order.</summary>
    /// <param name="directory">An open directory; its position moves.</param>
    public static List<ByteEntry> ReadEntries(SafeFileHandle directory)
    {
        const int bufferSize = 32 * 1024;
        var entries = new List<ByteEntry>();
        var buffer = stackalloc byte[bufferSize];
        while (true)
        {
            var length = getdents64(directory, buffer, bufferSize);
            Errno.ThrowIfFailed(length, "getdents64", null);
            if (length == 0)
            {
                return entries;
            }

            for (var records = new ReadOnlySpan<byte>(buffer, (int)length); records.Length > 0;)
            {
                // Inode 8, offset 8, record length 2, kind 1, then the name; DT_* is the kind shifted right by twelve bits.
                var size = BinaryPrimitives.ReadUInt16LittleEndian(records[16..]);
                var name = records[19..size];
                name = name[..(name.IndexOf((byte)0) + 1)];
                if (!name.SequenceEqual(".\0"u8) && !name.SequenceEqual("..\0"u8))
                {
                    entries.Add(new(name.ToArray(), (FileKind)(records[18] << 12)));
                }

                records = records[size..];
            }
        }
    }

    private static int ChangeModeByDescriptor(SafeFileHandle directory, ReadOnlySpan<byte> name, int permissions)
    {
        using var file = TryOpen(directory, name, OpenFlags.PathOnly, 0, out var errno);
        if (file is null || FileStatuses.Get(file).Kind == FileKind.SymbolicLink)
        {
            return file is null ? errno : Errno.ELOOP;
        }

        fixed (byte* path = System.Text.Encoding.ASCII.GetBytes($"/proc/self/fd/{file.DangerousGetHandle()}\0"))
        {
            return Result(fchmodat(directory, path, permissions, 0));
        }
    }

    internal static ReadOnlySpan<byte> Checked(ReadOnlySpan<byte> name) =>
        name.Length > 1 && name[^1] == 0 ? name : throw new ArgumentException("a name must not be empty and ends with a zero byte", nameof(name));

    private static int Result(int result) => result == 0 ? 0 : Marshal.GetLastPInvokeError();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int openat(SafeFileHandle directory, byte* path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long openat2(long number, SafeFileHandle directory, byte* path, ulong* how, long size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mkdirat(SafeFileHandle directory, byte* name, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int symlinkat(byte* target, SafeFileHandle directory, byte* name);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int linkat(SafeFileHandle oldDirectory, byte* oldName, SafeFileHandle newDirectory, byte* newName, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mknodat(SafeFileHandle directory, byte* name, uint mode, ulong device);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlinkat(SafeFileHandle directory, byte* name, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchownat(SafeFileHandle directory, byte* name, uint uid, uint gid, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchmodat(SafeFileHandle directory, byte* name, int mode, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int utimensat(SafeFileHandle directory, byte* name, long* times, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint readlinkat(SafeFileHandle directory, byte* name, byte* buffer, nint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint getdents64(SafeFileHandle directory, byte* buffer, nint size);
}

/// <summary>A name in a directory, as bytes.</summary>
/// <param name="Name">The name with its ending zero byte.</param>
/// <param name="Kind">The kind; <see cref="FileKind.Unknown"/> where the file system does not tell.</param>
public readonly record struct ByteEntry(byte[] Name, FileKind Kind);
