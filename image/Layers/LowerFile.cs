using System.Text;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Image.Layers;

/// <summary>Copies a file of the layers below up into a layer, as overlayfs would have done when a hard link to it was made.</summary>
internal static class LowerFile
{
    public static bool TryCopyUp(SafeFileHandle lower, TarPath path, SafeFileHandle parent, ReadOnlySpan<byte> name)
    {
        using var lowerParent = OpenParent(lower, path);
        if (lowerParent is null || !FileStatuses.TryGet(lowerParent, name, out var status))
        {
            return false;
        }

        TreeRemover.Remove(parent, name);
        switch (status.Kind)
        {
            case FileKind.Regular:
                CopyFile(lowerParent, parent, name, status);
                return true;
            case FileKind.SymbolicLink:
                CopySymbolicLink(lowerParent, parent, name, status);
                return true;
            default:
                return false;
        }
    }

    private static SafeFileHandle? OpenParent(SafeFileHandle lower, TarPath path)
    {
        var joined = new List<byte> { (byte)'.' };
        for (var i = 0; i < path.Count - 1; i++)
        {
            joined.AddRange([(byte)'/', .. path[i][..^1]]);
        }

        joined.Add(0);
        return ByteNames.TryOpenPath(lower, joined.ToArray(), OpenFlags.PathOnly | OpenFlags.Directory, ResolveFlags.InRoot | ResolveFlags.NoMagicLinks, out _);
    }

    private static void CopyFile(SafeFileHandle lowerParent, SafeFileHandle parent, ReadOnlySpan<byte> name, in FileStatus status)
    {
        using var source = ByteNames.TryOpen(lowerParent, name, OpenFlags.ReadOnly | OpenFlags.NonBlocking, 0, out var errno) ?? throw Failed("openat", errno, name);
        using var copy = ByteNames.TryOpen(parent, name, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, 0b110_000_000, out errno) ?? throw Failed("openat", errno, name);
        var buffer = new byte[128 * 1024];
        for (var length = FileBytes.Read(source, buffer); length > 0; length = FileBytes.Read(source, buffer))
        {
            FileBytes.Write(copy, buffer.AsSpan(0, length));
        }

        Inodes.ChangeOwner(copy, status.Uid, status.Gid);
        Inodes.ChangeMode(copy, status.Permissions);
        foreach (var attribute in new LayerAttributes(isUserXattr: true).Read(source).Attributes ?? [])
        {
            errno = ExtendedAttributes.TrySet(copy, [.. attribute.Name, 0], attribute.Value);
            if (errno is not (0 or Errno.EPERM or Errno.EOPNOTSUPP))
            {
                throw Failed("fsetxattr", errno, name);
            }
        }

        Inodes.SetTimes(copy, status.Modified);
    }

    private static void CopySymbolicLink(SafeFileHandle lowerParent, SafeFileHandle parent, ReadOnlySpan<byte> name, in FileStatus status)
    {
        var target = new byte[4097];
        var length = ByteNames.ReadLink(lowerParent, name, target.AsSpan(0, 4096));
        var errno = length < 0 ? -length : ByteNames.MakeSymbolicLink(parent, name, target.AsSpan(0, length + 1));
        errno = errno != 0 ? errno : ByteNames.ChangeOwner(parent, name, status.Uid, status.Gid);
        errno = errno != 0 ? errno : ByteNames.SetTimes(parent, name, status.Modified);
        if (errno != 0)
        {
            throw Failed("symlinkat", errno, name);
        }
    }

    private static SyscallException Failed(string call, int errno, ReadOnlySpan<byte> name) => new(call, errno, Encoding.UTF8.GetString(name[..^1]));
}
