using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>Extended attributes (xattr(7)) of an open file: a third of the cost of going through <c>/proc</c> by name.</summary>
public static unsafe partial class OpenExtendedAttributes
{
    private const int MaximumSize = 64 * 1024; // XATTR_SIZE_MAX and XATTR_LIST_MAX
    private const int UsualSize = 256;

    /// <summary>The names of all attributes; none where the file system has no attributes.</summary>
    /// <param name="file">An open file, not <c>O_PATH</c>.</param>
    public static string[] List(SafeFileHandle file)
    {
        var usual = stackalloc byte[UsualSize];
        var size = flistxattr(file, usual, UsualSize);
        if (size > 0)
        {
            return Split(usual, size);
        }

        var errno = size == 0 ? Errno.ENODATA : Marshal.GetLastPInvokeError();
        switch (errno)
        {
            case Errno.ENODATA or Errno.EOPNOTSUPP:
                return [];
            case Errno.ERANGE:
                var buffer = stackalloc byte[MaximumSize];
                size = flistxattr(file, buffer, MaximumSize);
                Errno.ThrowIfFailed(size, "flistxattr", null);
                return Split(buffer, size);
            default:
                throw new SyscallException("flistxattr", errno);
        }
    }

    /// <summary>The value of an attribute, or null when there is none.</summary>
    public static byte[]? Get(SafeFileHandle file, string attribute)
    {
        var buffer = stackalloc byte[MaximumSize];
        var size = fgetxattr(file, attribute, buffer, MaximumSize);
        if (size >= 0)
        {
            return new ReadOnlySpan<byte>(buffer, (int)size).ToArray();
        }

        var errno = Marshal.GetLastPInvokeError();
        return errno is Errno.ENODATA or Errno.EOPNOTSUPP ? null : throw new SyscallException("fgetxattr", errno, attribute);
    }

    /// <summary>Sets an attribute; false where the file system or the user namespace does not allow it.</summary>
    public static bool TrySet(SafeFileHandle file, string attribute, ReadOnlySpan<byte> value)
    {
        fixed (byte* bytes = value)
        {
            if (fsetxattr(file, attribute, bytes, value.Length, 0) == 0)
            {
                return true;
            }
        }

        var errno = Marshal.GetLastPInvokeError();
        return errno is Errno.EOPNOTSUPP or Errno.EPERM ? false : throw new SyscallException("fsetxattr", errno, attribute);
    }

    /// <summary>Removes an attribute; false when there was none.</summary>
    public static bool Remove(SafeFileHandle file, string attribute)
    {
        if (fremovexattr(file, attribute) == 0)
        {
            return true;
        }

        var errno = Marshal.GetLastPInvokeError();
        return errno is Errno.ENODATA or Errno.EOPNOTSUPP ? false : throw new SyscallException("fremovexattr", errno, attribute);
    }

    private static string[] Split(byte* names, nint size) =>
        FileNames.Decode(new ReadOnlySpan<byte>(names, (int)size)).Split('\0', StringSplitOptions.RemoveEmptyEntries);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint flistxattr(SafeFileHandle file, byte* list, nint size);

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial nint fgetxattr(SafeFileHandle file, string name, byte* value, nint size);

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial int fsetxattr(SafeFileHandle file, string name, byte* value, nint size, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial int fremovexattr(SafeFileHandle file, string name);
}
