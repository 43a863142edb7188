using System.Text;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Runtime.Roots;

/// <summary>Reads small text files of a root that somebody else made: links stay inside, only regular files are read, and not without end.</summary>
internal static class RootFiles
{
    private const int MaximumSize = 10 * 1024 * 1024;

    /// <summary>The text of a file, or null when there is none.</summary>
    /// <exception cref="SandboxException">It is no regular file, or too big.</exception>
    public static string? TryRead(SafeFileHandle root, string path)
    {
        // Non-blocking: opening a FIFO that nobody writes would otherwise wait for ever.
        using var handle = Descriptors.TryOpenAt(
            root, path, OpenFlags.ReadOnly | OpenFlags.NonBlocking, ResolveFlags.InRoot | ResolveFlags.NoMagicLinks, 0, out var errno);
        if (handle is null)
        {
            return errno is Errno.ENOENT or Errno.ENOTDIR ? null : throw Refused(path, new SyscallException("openat2", errno, path));
        }

        var status = FileStatuses.Get(handle);
        if (status.Kind != FileKind.Regular || status.Size > MaximumSize)
        {
            throw Refused(path, null);
        }

        var content = new byte[status.Size];
        var length = RandomAccess.Read(handle, content, 0);
        return Encoding.UTF8.GetString(content, 0, length);
    }

    private static SandboxException Refused(string path, SyscallException? inner) =>
        new($"/{path} of the image cannot be read: {inner?.Reason ?? "it is not a regular file of at most 10 MiB"}", inner) { Code = SandboxException.BadSpecification };
}
