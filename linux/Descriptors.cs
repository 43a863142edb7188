using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>Opening files by directory descriptor: open(2), openat2(2), and what belongs to descriptors.</summary>
public static unsafe partial class Descriptors
{
    /// <summary>Stands for the current directory where a call takes a directory descriptor.</summary>
    public const int CurrentDirectory = -100;

    private const int Openat2Number = 437;

    /// <summary>Opens an absolute path, following links as the kernel does.</summary>
    /// <exception cref="SyscallException">The kernel refused.</exception>
    public static SafeFileHandle Open(string path, OpenFlags flags, int mode = 0)
    {
        var fd = Retry(() => openat(CurrentDirectory, path, (int)(flags | OpenFlags.CloseOnExec), mode));
        Errno.ThrowIfFailed(fd, "open", path);
        return new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>As <see cref="Open"/>, but returns null and the error number when the kernel refuses.</summary>
    public static SafeFileHandle? TryOpen(string path, OpenFlags flags, out int errno, int mode = 0)
    {
        int fd;
        do
        {
            fd = openat(CurrentDirectory, path, (int)(flags | OpenFlags.CloseOnExec), mode);
            errno = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
        while (errno == Errno.EINTR);
        return fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>Opens <paramref name="path"/> below <paramref name="directory"/> under the rules of <paramref name="resolve"/>.</summary>
    /// <exception cref="SyscallException">The kernel refused.</exception>
    public static SafeFileHandle OpenAt(SafeFileHandle directory, string path, OpenFlags flags, ResolveFlags resolve, int mode = 0) =>
        TryOpenAt(directory, path, flags, resolve, mode, out var errno) ?? throw new SyscallException("openat2", errno, path);

    /// <summary>As <see cref="OpenAt"/>, but returns null and the error number when the kernel refuses.</summary>
    public static SafeFileHandle? TryOpenAt(SafeFileHandle directory, string path, OpenFlags flags, ResolveFlags resolve, int mode, out int errno)
    {
        ArgumentNullException.ThrowIfNull(directory);
        var how = new OpenHow { Flags = (ulong)(uint)(flags | OpenFlags.CloseOnExec), Mode = (ulong)mode, Resolve = (ulong)resolve };
        for (var attempt = 0; ; attempt++)
        {
            var fd = openat2(Openat2Number, directory, path.Length == 0 ? "." : path, &how, sizeof(OpenHow));
            if (fd >= 0)
            {
                errno = 0;
                return new SafeFileHandle((nint)fd, ownsHandle: true);
            }

            errno = Marshal.GetLastPInvokeError();

            // EAGAIN: a rename somewhere raced with the scoped walk (openat2(2)); the kernel asks to try again.
            if (errno != Errno.EINTR && !(errno == Errno.EAGAIN && attempt < 128))
            {
                return null;
            }
        }
    }

    /// <summary>The path by which the kernel knows an open file, relative to its mount for a detached mount.</summary>
    public static string ReadPath(SafeFileHandle handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        return Inodes.ReadLink($"/proc/self/fd/{handle.DangerousGetHandle()}");
    }

    /// <summary>A second descriptor of the same open file.</summary>
    public static SafeFileHandle Duplicate(SafeFileHandle handle)
    {
        const int duplicateCloseOnExec = 1030; // F_DUPFD_CLOEXEC
        var fd = fcntl(handle, duplicateCloseOnExec, 0);
        Errno.ThrowIfFailed(fd, "fcntl", null);
        return new SafeFileHandle(fd, ownsHandle: true);
    }

    private static int Retry(Func<int> call)
    {
        int result;
        do
        {
            result = call();
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        return result;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial int openat(int directory, string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial long openat2(long number, SafeFileHandle directory, string path, OpenHow* how, long size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(SafeFileHandle handle, int command, int argument);

    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }
}
