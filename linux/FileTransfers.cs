using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>Reading, writing and copying the bytes of open files; copies inside the kernel where it can.</summary>
public static unsafe partial class FileTransfers
{
    private const nuint CloneRequest = 0x40049409; // FICLONE
    private const nint Piece = 1 << 30; // the kernel moves at most 2 GiB a call

    /// <summary>read(2) until <paramref name="buffer"/> is full or the file ends.</summary>
    /// <returns>The bytes read; fewer than the buffer holds only at the end of the file.</returns>
    public static int Read(SafeFileHandle file, Span<byte> buffer)
    {
        var total = 0;
        fixed (byte* start = buffer)
        {
            while (total < buffer.Length)
            {
                var count = read(file, start + total, buffer.Length - total);
                if (count < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR)
                {
                    continue;
                }

                Errno.ThrowIfFailed(count, "read", null);
                if (count == 0)
                {
                    break;
                }

                total += (int)count;
            }
        }

        return total;
    }

    /// <summary>write(2) until all of <paramref name="data"/> is written.</summary>
    public static void Write(SafeFileHandle file, ReadOnlySpan<byte> data)
    {
        var done = 0;
        fixed (byte* start = data)
        {
            while (done < data.Length)
            {
                var count = write(file, start + done, data.Length - done);
                if (count < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR)
                {
                    continue;
                }

                Errno.ThrowIfFailed(count, "write", null);
                done += (int)count;
            }
        }
    }

    /// <summary>lseek(2) forward by <paramref name="count"/> bytes: what is skipped in a new file stays a hole.</summary>
    public static void Skip(SafeFileHandle file, long count) => Errno.ThrowIfFailed(lseek(file, count, 1), "lseek", null);

    /// <summary>ftruncate(2): sets the size; a longer file ends in a hole.</summary>
    public static void SetSize(SafeFileHandle file, long size) => Errno.ThrowIfFailed(ftruncate(file, size), "ftruncate", null);

    /// <summary>Shares the blocks of <paramref name="source"/> with an empty file (FICLONE); false where the file system cannot.</summary>
    public static bool TryClone(SafeFileHandle source, SafeFileHandle target) => ioctl(target, CloneRequest, source) == 0;

    /// <summary>
    /// Copies from the current position of <paramref name="source"/> to its end without passing the bytes through this process:
    /// copy_file_range(2), else sendfile(2).
    /// </summary>
    /// <returns>The bytes copied, or -1 when neither call works between these two files and nothing was written.</returns>
    public static long CopyToEnd(SafeFileHandle source, SafeFileHandle target)
    {
        var total = Drain(&CopyRange, source, target, "copy_file_range");
        return total >= 0 ? total : Drain(&Send, source, target, "sendfile");
    }

    private static long Drain(delegate*<SafeFileHandle, SafeFileHandle, nint> call, SafeFileHandle source, SafeFileHandle target, string name)
    {
        long total = 0;
        while (true)
        {
            var count = call(source, target);
            switch (count)
            {
                case 0:
                    return total;
                case > 0:
                    total += count;
                    continue;
            }

            var errno = Marshal.GetLastPInvokeError();
            if (errno == Errno.EINTR)
            {
                continue;
            }

            // Two file systems, or one that lacks the call: only before the first byte, later it is an error of the disk.
            return total == 0 && errno is Errno.EXDEV or Errno.EINVAL or Errno.ENOSYS or Errno.EOPNOTSUPP or Errno.EPERM
                ? -1
                : throw new SyscallException(name, errno);
        }
    }

    private static nint CopyRange(SafeFileHandle source, SafeFileHandle target) => copy_file_range(source, null, target, null, Piece, 0);

    private static nint Send(SafeFileHandle source, SafeFileHandle target) => sendfile(target, source, null, Piece);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(SafeFileHandle file, byte* buffer, nint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(SafeFileHandle file, byte* buffer, nint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long lseek(SafeFileHandle file, long offset, int whence);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ftruncate(SafeFileHandle file, long size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint copy_file_range(SafeFileHandle source, long* sourceOffset, SafeFileHandle target, long* targetOffset, nint count, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint sendfile(SafeFileHandle target, SafeFileHandle source, long* offset, nint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(SafeFileHandle target, nuint request, SafeFileHandle source);
}
