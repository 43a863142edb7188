using System.Runtime.InteropServices;
using System.Text;
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
        return Encoding.UTF8.GetString(buffer, (int)size).Split('\0', StringSplitOptions.RemoveEmptyEntries);
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

    // The attribute calls take no directory descriptor before kernel 6.13; the magic link gives the same safety.
    private static string PathOf(SafeFileHandle directory, string name) =>
        name.Length == 0 ? $"/proc/self/fd/{directory.DangerousGetHandle()}/." : $"/proc/self/fd/{directory.DangerousGetHandle()}/{name}";

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint llistxattr(string path, byte* list, nint size);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint lgetxattr(string path, string name, byte* value, nint size);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int lsetxattr(string path, string name, byte* value, nint size, int flags);
}
