using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>read(2) and write(2) as they are: the file classes of .NET ask about each descriptor first (fstat, lseek), which tells with thousands of small files.</summary>
public static unsafe partial class FileBytes
{
    /// <summary>Reads once at the file's position; 0 at its end.</summary>
    /// <exception cref="SyscallException">The kernel refused.</exception>
    public static int Read(SafeFileHandle file, Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            while (true)
            {
                var length = read(file, bytes, buffer.Length);
                if (length >= 0)
                {
                    return (int)length;
                }

                var errno = Marshal.GetLastPInvokeError();
                if (errno != Errno.EINTR)
                {
                    throw new SyscallException("read", errno);
                }
            }
        }
    }

    /// <summary>Writes all of <paramref name="data"/> at the file's position.</summary>
    /// <exception cref="SyscallException">The kernel refused.</exception>
    public static void Write(SafeFileHandle file, ReadOnlySpan<byte> data)
    {
        fixed (byte* bytes = data)
        {
            for (var written = 0; written < data.Length;)
            {
                var length = write(file, bytes + written, data.Length - written);
                var errno = length < 0 ? Marshal.GetLastPInvokeError() : 0;
                if (errno is not (0 or Errno.EINTR))
                {
                    throw new SyscallException("write", errno);
                }

                written += (int)Math.Max(length, 0);
            }
        }
    }

    /// <summary>lseek(2) from the start: leaves a hole where nothing is written.</summary>
    public static void Seek(SafeFileHandle file, long position) => Errno.ThrowIfFailed(lseek(file, position, 0), "lseek", null);

    /// <summary>ftruncate(2): sets the size.</summary>
    public static void SetSize(SafeFileHandle file, long size) => Errno.ThrowIfFailed(ftruncate(file, size), "ftruncate", null);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(SafeFileHandle file, byte* buffer, nint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(SafeFileHandle file, byte* buffer, nint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long lseek(SafeFileHandle file, long offset, int origin);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ftruncate(SafeFileHandle file, long size);
}
