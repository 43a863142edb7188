using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>Extended attributes (xattr(7)) of a name in a directory, through <c>/proc/self/fd</c>, never following a link at the end.</summary>
public static unsafe partial class ExtendedAttributes
{
    private const int MaximumSize = 64 * 1024; // XATTR_SIZE_MAX and XATTR_LIST_MAX

    /// <summary>The names of all attributes; none where the file system has no attributes.</summary>
    public static string[] List(SafeFileHandle directory, string name)
    {
        var path = PathOf(directory, name);
        var size = llistxattr(path, null, 0);
        if (size <= 0)
        {
            return size == 0 || Marshal.GetLastPInvokeError() == Errno.EOPNOTSUPP
                ? []
                : throw new SyscallException("llistxattr", Marshal.GetLastPInvokeError(), name);
        }

        var buffer = stackalloc byte[MaximumSize];
        size = llistxattr(path, buffer, MaximumSize);
        Errno.ThrowIfFailed(size, "llistxattr", name);
        return FileNames.Decode(new ReadOnlySpan<byte>(buffer, (int)size)).Split('\0', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The value of an attribute, or null when there is none.</summary>
    public static byte[]? Get(SafeFileHandle directory, string name, string attribute)
    {
        var buffer = stackalloc byte[MaximumSize];
        var size = lgetxattr(PathOf(directory, name), attribute, buffer, MaximumSize);
        if (size >= 0)
        {
            return new ReadOnlySpan<byte>(buffer, (int)size).ToArray();
        }

        var errno = Marshal.GetLastPInvokeError();
        return errno is Errno.ENODATA or Errno.EOPNOTSUPP ? null : throw new SyscallException("lgetxattr", errno, name);
    }

    /// <summary>Sets an attribute.</summary>
    public static void Set(SafeFileHandle directory, string name, string attribute, ReadOnlySpan<byte> value)
    {
        fixed (byte* bytes = value)
        {
            Errno.ThrowIfFailed(lsetxattr(PathOf(directory, name), attribute, bytes, value.Length, 0), "lsetxattr", $"{name} ({attribute})");
        }
    }

    /// <summary>The names of all attributes of an open file, each followed by a zero byte; empty where the file system has no attributes.</summary>
    /// <param name="file">A file that is open for reading or writing, not <c>O_PATH</c>.</param>
    /// <param name="buffer">At least 64 KiB.</param>
    public static ReadOnlySpan<byte> List(SafeFileHandle file, Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            var size = flistxattr(file, bytes, buffer.Length);
            return size >= 0 ? buffer[..(int)size]
                : Marshal.GetLastPInvokeError() == Errno.EOPNOTSUPP ? []
                : throw new SyscallException("flistxattr", Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>The value of an attribute of an open file, or null when there is none.</summary>
    /// <param name="file">The file.</param>
    /// <param name="attribute">The name, ending with a zero byte.</param>
    public static byte[]? Get(SafeFileHandle file, ReadOnlySpan<byte> attribute)
    {
        var buffer = stackalloc byte[MaximumSize];
        fixed (byte* name = ByteNames.Checked(attribute))
        {
            var size = fgetxattr(file, name, buffer, MaximumSize);
            if (size >= 0)
            {
                return new ReadOnlySpan<byte>(buffer, (int)size).ToArray();
            }

            var errno = Marshal.GetLastPInvokeError();
            return errno is Errno.ENODATA or Errno.EOPNOTSUPP ? null : throw new SyscallException("fgetxattr", errno);
        }
    }

    /// <summary>Sets an attribute of an open file. Returns 0 or the error number: whether an attribute may be refused is the caller's to know.</summary>
    /// <param name="file">The file.</param>
    /// <param name="attribute">The name, ending with a zero byte.</param>
    /// <param name="value">The value.</param>
    public static int TrySet(SafeFileHandle file, ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value)
    {
        fixed (byte* name = ByteNames.Checked(attribute))
        fixed (byte* bytes = value)
        {
            return fsetxattr(file, name, bytes, value.Length, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>Removes an attribute of an open file; an attribute that is not there is no error.</summary>
    public static void Remove(SafeFileHandle file, ReadOnlySpan<byte> attribute)
    {
        fixed (byte* name = ByteNames.Checked(attribute))
        {
            if (fremovexattr(file, name) != 0 && Marshal.GetLastPInvokeError() is not (Errno.ENODATA or Errno.EOPNOTSUPP) and var errno)
            {
                throw new SyscallException("fremovexattr", errno);
            }
        }
    }

    // The attribute calls take no directory descriptor before kernel 6.13; the magic link gives the same safety.
    private static string PathOf(SafeFileHandle directory, string name) =>
        name.Length == 0 ? $"/proc/self/fd/{directory.DangerousGetHandle()}/." : $"/proc/self/fd/{directory.DangerousGetHandle()}/{name}";

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial nint llistxattr(string path, byte* list, nint size);

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial nint lgetxattr(string path, string name, byte* value, nint size);

    [LibraryImport("libc", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial int lsetxattr(string path, string name, byte* value, nint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint flistxattr(SafeFileHandle file, byte* list, nint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint fgetxattr(SafeFileHandle file, byte* name, byte* value, nint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsetxattr(SafeFileHandle file, byte* name, byte* value, nint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fremovexattr(SafeFileHandle file, byte* name);
}
