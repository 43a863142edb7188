using Microsoft.Win32.SafeHandles;
using SharpBuild.Cache.Content;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Copying;

/// <content>Single files of every kind.</content>
internal sealed partial class CopyJob
{
    private (uint Uid, uint Gid) OwnerOf(SourceNode node) => options.Owner ?? (node.Status.Uid, node.Status.Gid);

    private int ModeOf(SourceNode node) =>
        options.ChangeMode?.Invoke(node.Status.Permissions, node.Status.Kind == FileKind.Directory) ?? node.Status.Permissions;

    /// <summary>Copies a file that is no directory to a name that is free.</summary>
    private void CopyNode(CopyPlace place, SourceNode node, string name)
    {
        switch (node.Status.Kind)
        {
            case FileKind.Regular:
                CopyRegular(place, node, name);
                break;
            case FileKind.SymbolicLink:
                CopyLink(node, place.Into, name, place.IsInherited);
                break;
            case FileKind.Socket:
                // Nobody listens in an image: a socket arrives as an empty file (spec 2.23).
                MakeNode(node, place.Into, name, FileKind.Regular, place.IsInherited);
                break;
            default:
                MakeNode(node, place.Into, name, node.Status.Kind, place.IsInherited);
                break;
        }

        Interlocked.Increment(ref files);
    }

    private void CopyRegular(CopyPlace place, SourceNode node, string name)
    {
        Interlocked.Add(ref bytes, node.Status.Size);
        var mode = ModeOf(node);
        var (uid, gid) = OwnerOf(node);
        var modified = time ?? node.Status.Modified;
        if (place.Earlier is { } before
            && earlier!.TryLink(before, ScopedPath.Join(place.SourcePath, node.Name), node, new(mode, uid, gid, modified), place.Into, name))
        {
            return;
        }

        using var file = FileReader.Open(place.From, node.Name);
        using var made = Create(place.Into, name, mode);
        var known = node.Digest ?? (source.TryGetDigest(node.Status, out var remembered) ? remembered : null);
        var wantsHash = options.ComputeDigest && known is null;
        var hash = FileCopier.Copy(file, made, node.Status, wantsHash);
        if (wantsHash)
        {
            known = FileReader.WithAttributes(file, hash);
            source.Remember(node.Status, known.Value);
        }

        if (!wantsHash)
        {
            Notice(file, ScopedPath.Join(place.SourcePath, node.Name), node);
        }

        // The owner before the mode (it clears set-id bits) and before the attributes (it clears capabilities); the time last.
        node.Digest = known;
        Ownership.Give(made, mode, uid, gid, place.IsInherited);
        if (known?.HasAttributes ?? true)
        {
            FileAttributeSet.Read(file).ApplyTo(made);
        }

        Inodes.SetTimes(made, modified);
    }

    private void CopyLink(SourceNode node, SafeFileHandle into, string name, bool isInherited)
    {
        Inodes.MakeSymbolicLink(into, name, node.LinkTarget ?? "");
        var (uid, gid) = OwnerOf(node);
        if ((uid | gid) != 0 || isInherited)
        {
            Inodes.ChangeOwner(into, name, uid, gid);
        }

        node.Attributes.ApplyTo(into, name);
        Inodes.SetTimes(into, name, time ?? node.Status.Modified);
    }

    private void MakeNode(SourceNode node, SafeFileHandle into, string name, FileKind kind, bool isInherited)
    {
        var mode = ModeOf(node);
        var (uid, gid) = OwnerOf(node);
        Inodes.MakeNode(into, name, kind, mode, node.Status.DeviceMajor, node.Status.DeviceMinor);
        Ownership.Give(into, name, mode, uid, gid, isInherited);
        Inodes.SetTimes(into, name, time ?? node.Status.Modified);
    }

    /// <summary>Where files come from and go to: the directories of the source, of the layer, and of the one that was made earlier.</summary>
    private readonly record struct CopyPlace(SafeFileHandle From, string SourcePath, SafeFileHandle Into, SafeFileHandle? Earlier, bool IsInherited);
}
