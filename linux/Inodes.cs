using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>Making, changing and removing names by directory descriptor. No call here follows a symbolic link at the end of the path.</summary>
public static unsafe partial class Inodes
{
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint NoReplace = 1; // RENAME_NOREPLACE
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const int RemoveDirectoryFlag = 0x200; // AT_REMOVEDIR
    private const int LinkLimit = 4096; // PATH_MAX

    /// <summary>mkdirat(2); the mode is subject to the umask.</summary>
    public static void MakeDirectory(SafeFileHandle directory, string name, int mode) =>
        Errno.ThrowIfFailed(mkdirat(directory, name, mode), "mkdirat", name);

    /// <summary>As <see cref="MakeDirectory"/>; false when the name exists already.</summary>
    public static bool TryMakeDirectory(SafeFileHandle directory, string name, int mode) =>
        Attempt(mkdirat(directory, name, mode), "mkdirat", name);

    /// <summary>mkdir(2) of an absolute path; false when the name exists already.</summary>
    public static bool TryMakeDirectory(string path, int mode) => Attempt(mkdir(path, mode), "mkdir", path);

    /// <summary>symlinkat(2): makes <paramref name="name"/> lead to <paramref name="target"/>.</summary>
    public static void MakeSymbolicLink(SafeFileHandle directory, string name, string target) =>
        Errno.ThrowIfFailed(symlinkat(target, directory, name), "symlinkat", name);

    /// <summary>linkat(2): a second name for a file. False when the kernel refuses one (another mount, or too many).</summary>
    public static bool TryLink(SafeFileHandle sourceDirectory, string source, SafeFileHandle directory, string name)
    {
        if (linkat(sourceDirectory, source, directory, name, 0) == 0)
        {
            return true;
        }

        var errno = Marshal.GetLastPInvokeError();
        return errno is Errno.EXDEV or Errno.EMLINK or Errno.EPERM ? false : throw new SyscallException("linkat", errno, name);
    }

    /// <summary>mknodat(2): a device, FIFO, socket or (kind regular) empty file.</summary>
    public static void MakeNode(SafeFileHandle directory, string name, FileKind kind, int permissions, uint major = 0, uint minor = 0) =>
        Errno.ThrowIfFailed(mknodat(directory, name, (uint)kind | (uint)permissions, MakeDevice(major, minor)), "mknodat", name);

    /// <summary>fchownat(2) on a name.</summary>
    public static void ChangeOwner(SafeFileHandle directory, string name, uint uid, uint gid) =>
        Errno.ThrowIfFailed(fchownat(directory, name, uid, gid, NoFollow), "fchownat", name);

    /// <summary>fchownat(2) on an open file.</summary>
    public static void ChangeOwner(SafeFileHandle handle, uint uid, uint gid) =>
        Errno.ThrowIfFailed(fchownat(handle, "", uid, gid, EmptyPath), "fchownat", null);

    /// <summary>fchmod(2) on an open file; a change of owner clears set-id bits, so it comes after.</summary>
    public static void ChangeMode(SafeFileHandle handle, int permissions) =>
        Errno.ThrowIfFailed(fchmod(handle, permissions), "fchmod", null);

    /// <summary>fchmodat(2) on a name; a symbolic link is refused, never followed: somebody may have put it there this instant.</summary>
    public static void ChangeMode(SafeFileHandle directory, string name, int permissions)
    {
        var errno = ByteNames.ChangeMode(directory, System.Text.Encoding.UTF8.GetBytes(name + "\0"), permissions);
        if (errno != 0)
        {
            throw new SyscallException("fchmodat", errno, name);
        }
    }

    /// <summary>utimensat(2): sets access and modification time of a name to <paramref name="modified"/>.</summary>
    public static void SetTimes(SafeFileHandle directory, string name, FileTime modified)
    {
        var times = stackalloc TimeSpec[2];
        times[0] = times[1] = new TimeSpec { Seconds = modified.Seconds, Nanoseconds = modified.Nanoseconds };
        Errno.ThrowIfFailed(utimensat(directory, name, times, NoFollow), "utimensat", name);
    }

    /// <summary>futimens(3): sets access and modification time of an open file.</summary>
    public static void SetTimes(SafeFileHandle handle, FileTime modified)
    {
        var times = stackalloc TimeSpec[2];
        times[0] = times[1] = new TimeSpec { Seconds = modified.Seconds, Nanoseconds = modified.Nanoseconds };
        Errno.ThrowIfFailed(futimens(handle, times), "futimens", null);
    }

    /// <summary>utimensat(2): sets access and modification time of an absolute path to now; false when there is nothing.</summary>
    public static bool TryTouch(string path)
    {
        if (utimensat(Descriptors.CurrentDirectory, path, null, NoFollow) == 0)
        {
            return true;
        }

        var errno = Marshal.GetLastPInvokeError();
        return errno is Errno.ENOENT or Errno.ENOTDIR ? false : throw new SyscallException("utimensat", errno, path);
    }

    /// <summary>unlinkat(2) on anything but a directory; false when the name does not exist.</summary>
    public static bool Remove(SafeFileHandle directory, string name) => AttemptRemove(unlinkat(directory, name, 0), name);

    /// <summary>unlinkat(2) on an empty directory; false when the name does not exist.</summary>
    public static bool RemoveDirectory(SafeFileHandle directory, string name) =>
        AttemptRemove(unlinkat(directory, name, RemoveDirectoryFlag), name);

    /// <summary>renameat2(2).</summary>
    public static void Rename(SafeFileHandle oldDirectory, string oldName, SafeFileHandle newDirectory, string newName) =>
        Errno.ThrowIfFailed(renameat2(oldDirectory, oldName, newDirectory, newName, 0), "renameat2", newName);

    /// <summary>rename(2) of absolute paths; an existing file is replaced, an existing directory only when it is empty.</summary>
    public static void Rename(string oldPath, string newPath) => Errno.ThrowIfFailed(rename(oldPath, newPath), "rename", newPath);

    /// <summary>renameat2(2) of absolute paths with <c>RENAME_NOREPLACE</c>; false when the new name is taken, be it by an empty directory.</summary>
    public static bool TryRename(string oldPath, string newPath)
    {
        if (renameat2(Descriptors.CurrentDirectory, oldPath, Descriptors.CurrentDirectory, newPath, NoReplace) == 0)
        {
            return true;
        }

        var errno = Marshal.GetLastPInvokeError();
        return errno == Errno.EEXIST ? false : throw new SyscallException("renameat2", errno, newPath);
    }

    /// <summary>readlinkat(2): where a symbolic link leads.</summary>
    public static string ReadLink(SafeFileHandle directory, string name)
    {
        var buffer = stackalloc byte[LinkLimit];
        var length = readlinkat(directory, name, buffer, LinkLimit);
        Errno.ThrowIfFailed(length, "readlinkat", name);
        return FileNames.Decode(new ReadOnlySpan<byte>(buffer, (int)length));
    }

    internal static string ReadLink(string path)
    {
        var buffer = stackalloc byte[LinkLimit];
        var length = readlink(path, buffer, LinkLimit);
        Errno.ThrowIfFailed(length, "readlink", path);
        return FileNames.Decode(new ReadOnlySpan<byte>(buffer, (int)length));
    }

    private static bool Attempt(int result, string call, string name)
    {
        if (result == 0)
        {
            return true;
        }

        var errno = Marshal.GetLastPInvokeError();
        return errno == Errno.EEXIST ? false : throw new SyscallException(call, errno, name);
    }

    private static bool AttemptRemove(int result, string name)
    {
        if (result == 0)
        {
            return true;
        }

        var errno = Marshal.GetLastPInvokeError();
        return errno == Errno.ENOENT ? false : throw new SyscallException("unlinkat", errno, name);
    }

    // makedev(3) of glibc.
    internal static ulong MakeDevice(uint major, uint minor) =>
        ((ulong)(major & 0xfffff000) << 32) | ((ulong)(major & 0xfff) << 8) | ((ulong)(minor & 0xffffff00) << 12) | (minor & 0xff);

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial int mkdirat(SafeFileHandle directory, string name, int mode);

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial int mkdir(string path, int mode);

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial int symlinkat(string target, SafeFileHandle directory, string name);

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial int linkat(SafeFileHandle oldDirectory, string oldName, SafeFileHandle newDirectory, string newName, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial int mknodat(SafeFileHandle directory, string name, uint mode, ulong device);

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial int fchownat(SafeFileHandle directory, string name, uint uid, uint gid, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchmod(SafeFileHandle handle, int mode);

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial int utimensat(int directory, string path, TimeSpec* times, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial int utimensat(SafeFileHandle directory, string name, TimeSpec* times, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int futimens(SafeFileHandle handle, TimeSpec* times);

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial int unlinkat(SafeFileHandle directory, string name, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial int renameat2(SafeFileHandle oldDirectory, string oldName, SafeFileHandle newDirectory, string newName, uint flags);

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial int renameat2(int oldDirectory, string oldName, int newDirectory, string newName, uint flags);

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial int rename(string oldPath, string newPath);

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial nint readlinkat(SafeFileHandle directory, string name, byte* buffer, nint size);

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial nint readlink(string path, byte* buffer, nint size);

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
