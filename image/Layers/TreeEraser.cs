using System.Text;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Image.Layers;

/// <summary>Removes a name, and all below it, where names need not be UTF-8. Never follows a link.</summary>
internal static class TreeEraser
{
    public static void Remove(SafeFileHandle parent, ReadOnlySpan<byte> name)
    {
        var errno = ByteNames.Remove(parent, name);
        if (errno is Errno.EISDIR or Errno.EPERM)
        {
            using (var directory = ByteNames.TryOpen(parent, name, OpenFlags.ReadOnly | OpenFlags.Directory, 0, out errno) ?? throw Failed("openat", errno, name))
            {
                foreach (var child in ByteNames.ReadEntries(directory))
                {
                    Remove(directory, child.Name);
                }
            }

            errno = ByteNames.RemoveDirectory(parent, name);
        }

        if (errno is not (0 or Errno.ENOENT))
        {
            throw Failed("unlinkat", errno, name);
        }
    }

    private static SyscallException Failed(string call, int errno, ReadOnlySpan<byte> name) => new(call, errno, Encoding.UTF8.GetString(name[..^1]));
}
