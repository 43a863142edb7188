using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>What statx(2) tells of an inode.</summary>
public readonly record struct FileStatus
{
    /// <summary>The kind of file.</summary>
    public FileKind Kind { get; init; }

    /// <summary>The twelve permission bits: rwx, set-id, sticky.</summary>
    public int Permissions { get; init; }

    /// <summary>The owner.</summary>
    public uint Uid { get; init; }

    /// <summary>The group.</summary>
    public uint Gid { get; init; }

    /// <summary>The size in bytes.</summary>
    public long Size { get; init; }

    /// <summary>512-byte blocks that are allocated.</summary>
    public long Blocks { get; init; }

    /// <summary>The inode number.</summary>
    public ulong Inode { get; init; }

    /// <summary>The device that holds the inode, as major &lt;&lt; 32 | minor.</summary>
    public ulong Device { get; init; }

    /// <summary>How many names the inode has.</summary>
    public uint Links { get; init; }

    /// <summary>The last change of the content.</summary>
    public FileTime Modified { get; init; }

    /// <summary>The last change of the inode.</summary>
    public FileTime Changed { get; init; }

    /// <summary>The major number of a device file.</summary>
    public uint DeviceMajor { get; init; }

    /// <summary>The minor number of a device file.</summary>
    public uint DeviceMinor { get; init; }

    /// <summary>The mount that the file was seen through (kernel 5.8).</summary>
    public ulong MountId { get; init; }

    /// <summary>Whether this is overlayfs' mark of a deleted name: a character device 0:0.</summary>
    public bool IsWhiteout => Kind == FileKind.CharacterDevice && DeviceMajor == 0 && DeviceMinor == 0;
}

/// <summary>The kinds of file, as the top bits of a mode (inode(7)).</summary>
public enum FileKind
{
    /// <summary>Unknown: the file system did not say.</summary>
    Unknown = 0,

    /// <summary>S_IFIFO.</summary>
    Fifo = 0x1000,

    /// <summary>S_IFCHR.</summary>
    CharacterDevice = 0x2000,

    /// <summary>S_IFDIR.</summary>
    Directory = 0x4000,

    /// <summary>S_IFBLK.</summary>
    BlockDevice = 0x6000,

    /// <summary>S_IFREG.</summary>
    Regular = 0x8000,

    /// <summary>S_IFLNK.</summary>
    SymbolicLink = 0xA000,

    /// <summary>S_IFSOCK.</summary>
    Socket = 0xC000,
}

/// <summary>A time as the kernel keeps it.</summary>
/// <param name="Seconds">Seconds since 1970-01-01 UTC, negative before.</param>
/// <param name="Nanoseconds">0 to 999,999,999.</param>
public readonly record struct FileTime(long Seconds, uint Nanoseconds);

/// <summary>statx(2).</summary>
public static unsafe partial class FileStatuses
{
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const int NoAutomount = 0x800; // AT_NO_AUTOMOUNT
    private const uint Basic = 0x7ff; // STATX_BASIC_STATS
    private const uint MountIdMask = 0x1000; // STATX_MNT_ID

    /// <summary>The status of a name in a directory; a symbolic link is not followed.</summary>
    /// <exception cref="SyscallException">The kernel refused.</exception>
    public static FileStatus Get(SafeFileHandle directory, string name) =>
        TryGet(directory, name, out var status) ? status : throw new SyscallException("statx", Marshal.GetLastPInvokeError(), name);

    /// <summary>The status of an open file.</summary>
    public static FileStatus Get(SafeFileHandle handle) => Get(handle, "");

    /// <summary>The status of a path; a symbolic link at its end is not followed.</summary>
    public static bool TryGet(string path, out FileStatus status)
    {
        Statx raw;
        var result = statx(Descriptors.CurrentDirectory, path, NoFollow | NoAutomount, Basic | MountIdMask, &raw);
        status = result == 0 ? raw.ToStatus() : default;
        return result == 0;
    }

    /// <summary>As <see cref="Get(SafeFileHandle, string)"/>, but returns false when there is no such name.</summary>
    /// <exception cref="SyscallException">The kernel refused for another reason.</exception>
    public static bool TryGet(SafeFileHandle directory, string name, out FileStatus status)
    {
        Statx raw;
        if (statx(directory, name, NoFollow | NoAutomount | EmptyPath, Basic | MountIdMask, &raw) == 0)
        {
            status = raw.ToStatus();
            return true;
        }

        var errno = Marshal.GetLastPInvokeError();
        if (errno is not (Errno.ENOENT or Errno.ENOTDIR))
        {
            throw new SyscallException("statx", errno, name);
        }

        status = default;
        return false;
    }

    /// <summary>As <see cref="TryGet(SafeFileHandle, string, out FileStatus)"/> for a name in bytes, see <see cref="ByteNames"/>.</summary>
    public static bool TryGet(SafeFileHandle directory, ReadOnlySpan<byte> name, out FileStatus status)
    {
        Statx raw;
        fixed (byte* text = ByteNames.Checked(name))
        {
            if (statx(directory, text, NoFollow | NoAutomount, Basic, &raw) == 0)
            {
                status = raw.ToStatus();
                return true;
            }
        }

        var errno = Marshal.GetLastPInvokeError();
        status = default;
        return errno is Errno.ENOENT or Errno.ENOTDIR ? false : throw new SyscallException("statx", errno, System.Text.Encoding.UTF8.GetString(name[..^1]));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(SafeFileHandle directory, byte* path, int flags, uint mask, Statx* result);

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial int statx(SafeFileHandle directory, string path, int flags, uint mask, Statx* result);

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial int statx(int directory, string path, int flags, uint mask, Statx* result);

    [StructLayout(LayoutKind.Sequential)]
    private struct StatxTime
    {
        public long Seconds;
        public uint Nanoseconds;
        public int Reserved;

        public readonly FileTime ToTime() => new(Seconds, Nanoseconds);
    }

    [StructLayout(LayoutKind.Sequential, Size = 256)]
    private struct Statx
    {
        public uint Mask;
        public uint BlockSize;
        public ulong Attributes;
        public uint Links;
        public uint Uid;
        public uint Gid;
        public ushort Mode;
        public ushort Spare0;
        public ulong Inode;
        public ulong Size;
        public ulong Blocks;
        public ulong AttributesMask;
        public StatxTime Accessed;
        public StatxTime Born;
        public StatxTime Changed;
        public StatxTime Modified;
        public uint RawDeviceMajor;
        public uint RawDeviceMinor;
        public uint DeviceMajor;
        public uint DeviceMinor;
        public ulong MountId;

        public readonly FileStatus ToStatus() => new()
        {
            Kind = (FileKind)(Mode & 0xF000),
            Permissions = Mode & 0xFFF,
            Uid = Uid,
            Gid = Gid,
            Size = (long)Size,
            Blocks = (long)Blocks,
            Inode = Inode,
            Device = ((ulong)DeviceMajor << 32) | DeviceMinor,
            Links = Links,
            Modified = Modified.ToTime(),
            Changed = Changed.ToTime(),
            DeviceMajor = RawDeviceMajor,
            DeviceMinor = RawDeviceMinor,
            MountId = MountId,
        };
    }
}
