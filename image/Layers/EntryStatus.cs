using System.Text;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Image.Tar;
using SharpBuild.Linux;

namespace SharpBuild.Image.Layers;

/// <summary>Gives files that were made from a tar what their entries say: owner, mode, attributes, time. What cannot be had is left out and noticed.</summary>
internal sealed class EntryStatus(TreeRules rules)
{
    private const int MostNotices = 32;
    private readonly HashSet<string> noticed = new(StringComparer.Ordinal);

    /// <summary>For an open directory; its time is set when nothing more comes into it.</summary>
    public void SetDirectory(SafeFileHandle handle, TarEntry entry)
    {
        var (uid, gid) = OwnerOf(entry);
        Inodes.ChangeOwner(handle, uid, gid);
        Inodes.ChangeMode(handle, ModeOf(entry));
        SetAttributes(handle, entry);
    }

    /// <summary>For an open file that is written.</summary>
    public void SetFile(SafeFileHandle file, TarEntry entry)
    {
        // Writing clears set-id bits and capabilities, and so does a change of owner: mode and attributes come after, the time last.
        var (uid, gid) = OwnerOf(entry);
        Inodes.ChangeOwner(file, uid, gid);
        Inodes.ChangeMode(file, ModeOf(entry));
        SetAttributes(file, entry);
        Inodes.SetTimes(file, entry.Modified);
    }

    /// <summary>For what is not opened: links and nodes.</summary>
    public void SetName(SafeFileHandle parent, ReadOnlySpan<byte> name, TarEntry entry)
    {
        var (uid, gid) = OwnerOf(entry);
        Errno.ThrowIf(ByteNames.ChangeOwner(parent, name, uid, gid), "fchownat");
        if (entry.Kind != TarEntryKind.SymbolicLink)
        {
            Errno.ThrowIf(ByteNames.ChangeMode(parent, name, ModeOf(entry)), "fchmodat");
        }

        Errno.ThrowIf(ByteNames.SetTimes(parent, name, entry.Modified), "utimensat");
        if (entry.Attributes is { Count: > 0 })
        {
            NoticeOnce("attributes of links and devices are not kept");
        }
    }

    /// <summary>Hides what the layers below have in a directory.</summary>
    public void MakeOpaque(SafeFileHandle directory) =>
        Errno.ThrowIf(ExtendedAttributes.TrySet(directory, Whiteout.OpaqueAttribute(rules.UserXattr), "y"u8), "fsetxattr");

    /// <summary>Tells the user something, once, and not without end.</summary>
    public void NoticeOnce(string text)
    {
        if (rules.Notice is not null && noticed.Count < MostNotices && noticed.Add(text))
        {
            rules.Notice(text);
        }
    }

    private void SetAttributes(SafeFileHandle file, TarEntry entry)
    {
        foreach (var attribute in entry.Attributes ?? [])
        {
            // An archive must not forge overlayfs' marks: they could show or hide what lies below.
            if (attribute.Name.AsSpan().StartsWith("trusted.overlay."u8) || (rules.UserXattr && attribute.Name.AsSpan().StartsWith("user.overlay."u8)))
            {
                NoticeOnce("attributes of overlayfs in the tar are left out");
                continue;
            }

            var errno = attribute.Name.AsSpan().Contains((byte)0) ? Errno.EINVAL : ExtendedAttributes.TrySet(file, [.. attribute.Name, 0], attribute.Value);
            if (errno is Errno.EPERM or Errno.EOPNOTSUPP or Errno.EINVAL or Errno.EACCES or Errno.ERANGE)
            {
                NoticeOnce($"the attribute {Encoding.UTF8.GetString(attribute.Name)} cannot be set here and is left out");
            }
            else
            {
                Errno.ThrowIf(errno, "fsetxattr");
            }
        }
    }

    private (uint Uid, uint Gid) OwnerOf(TarEntry entry) => rules.Owner ?? (entry.Uid, entry.Gid);

    private int ModeOf(TarEntry entry) =>
        rules.ChangeMode is null ? entry.Mode : rules.ChangeMode(entry.Mode, entry.Kind == TarEntryKind.Directory);
}
