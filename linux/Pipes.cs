using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>pipe2(2) and the descriptors of files without a name.</summary>
public static unsafe partial class Pipes
{
    private const int CloseOnExec = 0x80000;
    private const int GetFlags = 3; // F_GETFL
    private const int SetFlags = 4; // F_SETFL
    private const int NonBlocking = 0x800;
    private const uint FileCloseOnExec = 1; // MFD_CLOEXEC
    private const uint AllowSealing = 2; // MFD_ALLOW_SEALING
    private const uint NoExecuteSeal = 8; // MFD_NOEXEC_SEAL
    private const uint MayExecute = 0x10; // MFD_EXEC
    private const int AddSeals = 1033; // F_ADD_SEALS
    private const int AllSeals = 1 | 2 | 4 | 8; // F_SEAL_SEAL, SHRINK, GROW, WRITE
    private const int SealExecute = 0x20; // F_SEAL_EXEC

    /// <summary>A pipe; both ends block and are closed at exec.</summary>
    public static (SafeFileHandle Reader, SafeFileHandle Writer) Create()
    {
        var ends = stackalloc int[2];
        Errno.ThrowIfFailed(pipe2(ends, CloseOnExec), "pipe2", null);
        return (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    /// <summary>A file in memory that cannot be executed; closed at exec.</summary>
    public static SafeFileHandle MemoryFile(string name)
    {
        var handle = CreateMemoryFile(name, FileCloseOnExec, NoExecuteSeal);
        Errno.ThrowIfFailed(handle, "memfd_create", name);
        return new SafeFileHandle(handle, ownsHandle: true);
    }

    /// <summary>A file in memory that can be sealed and executed; null where the host forbids to execute such files.</summary>
    internal static SafeFileHandle? TryMakeExecutableFile(string name)
    {
        var handle = CreateMemoryFile(name, FileCloseOnExec | AllowSealing, MayExecute);
        return handle < 0 ? null : new SafeFileHandle(handle, ownsHandle: true);
    }

    /// <summary>Makes a file in memory unchangeable for ever, for whoever opens it.</summary>
    internal static void Seal(SafeFileHandle file)
    {
        // F_SEAL_EXEC, which keeps the permission to execute it, is known since Linux 6.3.
        if (fcntl(file, AddSeals, AllSeals | SealExecute) < 0)
        {
            Errno.ThrowIfFailed(fcntl(file, AddSeals, AllSeals), "fcntl", "the seals");
        }
    }

    /// <summary>Makes reads and writes return at once. This is a property of the open file: whoever shares it is affected.</summary>
    public static void MakeNonBlocking(SafeFileHandle handle)
    {
        var flags = fcntl(handle, GetFlags, 0);
        Errno.ThrowIfFailed(flags, "fcntl", null);
        Errno.ThrowIfFailed(fcntl(handle, SetFlags, flags | NonBlocking), "fcntl", null);
    }

    /// <summary>Makes reads and writes wait. As <see cref="MakeNonBlocking"/>, for all who share the open file.</summary>
    public static void MakeBlocking(SafeFileHandle handle)
    {
        var flags = fcntl(handle, GetFlags, 0);
        Errno.ThrowIfFailed(flags, "fcntl", null);
        Errno.ThrowIfFailed(fcntl(handle, SetFlags, flags & ~NonBlocking), "fcntl", null);
    }

    /// <summary>Writes a few bytes to a pipe that has room for them.</summary>
    public static void Put(SafeFileHandle pipe, ReadOnlySpan<byte> bytes)
    {
        var count = Write(pipe, bytes);
        if (count != bytes.Length)
        {
            throw new SyscallException("write", count < 0 ? -count : Errno.EAGAIN);
        }
    }

    /// <summary>Waits for a byte; false when the other end was closed without one.</summary>
    public static bool WaitForByte(SafeFileHandle pipe)
    {
        Span<byte> one = stackalloc byte[1];
        int count;
        do
        {
            count = Read(pipe, one);
        }
        while (count == -Errno.EINTR);
        return count == 1;
    }

    /// <summary>Reads what is there; 0 at the end, a negative error number when refused.</summary>
    internal static int Read(SafeFileHandle handle, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            var count = read(handle, start, buffer.Length);
            return count < 0 ? -Marshal.GetLastPInvokeError() : (int)count;
        }
    }

    /// <summary>Writes what fits; a negative error number when refused.</summary>
    internal static int Write(SafeFileHandle handle, ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            var count = write(handle, start, buffer.Length);
            return count < 0 ? -Marshal.GetLastPInvokeError() : (int)count;
        }
    }

    // Kernels before 6.3 do not know the flags that say whether it may be executed.
    private static int CreateMemoryFile(string name, uint flags, uint execution)
    {
        var handle = memfd_create(name, flags | execution);
        return handle < 0 && Marshal.GetLastPInvokeError() == Errno.EINVAL ? memfd_create(name, flags) : handle;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int pipe2(int* ends, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial int memfd_create(string name, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(SafeFileHandle handle, int command, int argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(SafeFileHandle handle, byte* buffer, nint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(SafeFileHandle handle, byte* buffer, nint size);
}
