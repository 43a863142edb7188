using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>Calls about a whole file system: its kind, its space, and getting it onto the disk.</summary>
public static unsafe partial class FileSystems
{
    /// <summary>syncfs(2): returns when all that was written to the file system of <paramref name="file"/> is on the disk.</summary>
    public static void Synchronize(SafeFileHandle file) => Errno.ThrowIfFailed(syncfs(file), "syncfs", null);

    /// <summary>fsync(2) on one file or directory.</summary>
    public static void SynchronizeFile(SafeFileHandle file) => Errno.ThrowIfFailed(fsync(file), "fsync", null);

    /// <summary>fstatfs(2).</summary>
    public static FileSystemStatus GetStatus(SafeFileHandle file)
    {
        StatFs raw;
        Errno.ThrowIfFailed(fstatfs(file, &raw), "fstatfs", null);
        return new((FileSystemKind)(uint)raw.Type, raw.Blocks * raw.FragmentSize, raw.Available * raw.FragmentSize);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int syncfs(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fstatfs(SafeFileHandle file, StatFs* result);

    // struct statfs of 64-bit Linux.
    [StructLayout(LayoutKind.Sequential, Size = 120)]
    private struct StatFs
    {
        public long Type;
        public long BlockSize;
        public long Blocks;
        public long Free;
        public long Available;
        public long Files;
        public long FreeFiles;
        public long Id;
        public long NameLength;
        public long FragmentSize;
    }
}

/// <summary>What fstatfs(2) tells of a file system.</summary>
/// <param name="Kind">Its magic number.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Available">What an ordinary user may still write, in bytes.</param>
public readonly record struct FileSystemStatus(FileSystemKind Kind, long Size, long Available);

/// <summary>Magic numbers of file systems that the code tells apart (statfs(2)).</summary>
public enum FileSystemKind : uint
{
    /// <summary>Some other file system.</summary>
    Unknown = 0,

    /// <summary>ext2, ext3 and ext4.</summary>
    Ext4 = 0xEF53,

    /// <summary>XFS.</summary>
    Xfs = 0x58465342,

    /// <summary>Btrfs.</summary>
    Btrfs = 0x9123683E,

    /// <summary>tmpfs.</summary>
    Tmpfs = 0x01021994,

    /// <summary>overlayfs.</summary>
    Overlay = 0x794C7630,

    /// <summary>NFS.</summary>
    Nfs = 0x6969,
}
