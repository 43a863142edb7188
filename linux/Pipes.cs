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

    /// <summary>A pipe; both ends block and are closed at exec.</summary>
    public static (SafeFileHandle Reader, SafeFileHandle Writer) Create()
    {
        var ends = stackalloc int[2];
        Errno.ThrowIfFailed(pipe2(ends, CloseOnExec), "pipe2", null);
        return (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    /// <summary>A file in memory; sealed against nothing, closed at exec.</summary>
    public static SafeFileHandle MemoryFile(string name)
    {
        var handle = memfd_create(name, 1);
        Errno.ThrowIfFailed(handle, "memfd_create", name);
        return new SafeFileHandle(handle, ownsHandle: true);
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
