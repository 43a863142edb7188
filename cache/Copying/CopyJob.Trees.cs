using Microsoft.Win32.SafeHandles;
using SharpBuild.Cache.Content;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Copying;

/// <content>Directories and what they hold.</content>
internal sealed partial class CopyJob
{
    private const int FilesPerItem = 64;

    // The content of the directory, not the directory (spec 2.1). It keeps mode and owner when it is there; it is 0755 and root's when it
    // is made; its time is the source's either way (spec 2.13, 2.14).
    private void CopyTree(SourceMatch match)
    {
        var destination = Place();
        var exists = target.TryGetStatus(destination, out var status);
        if (exists && status.Kind != FileKind.Directory)
        {
            throw CopyTarget.NotADirectory(destination, sourceIndex);
        }

        MakeParents(destination);
        var links = HardLinks.Find(match.Node, destination);
        WorkCrew<Item>.Run(
            [new(match.Node, match.Path, destination, IsNew: !exists, IsPart: false, 0, match.Node.Children.Count)],
            (item, crew) => Copy(item, links, crew),
            cancellationToken);
        Link(links);
        SetTimes(match, destination);
    }

    private void Copy(Item item, HardLinks links, WorkCrew<Item> crew)
    {
        var children = item.Node.Children;
        if (children.Count == 0)
        {
            return;
        }

        using var from = SourceLookup.OpenDirectory(source.Root, item.SourcePath);
        using var into = target.OpenDirectory(item.TargetPath);
        using var before = earlier?.TryOpenDirectory(item.TargetPath);
        var isInherited = Ownership.IsInherited(into);
        var place = new CopyPlace(from, item.SourcePath, into, before, isInherited);
        var end = item.End;
        if (!item.IsPart)
        {
            CopyDirectories(item, into, isInherited, crew);
            end = Math.Min(end, FilesPerItem);
            for (var start = end; start < item.End; start += FilesPerItem)
            {
                crew.Add(item with { IsPart = true, Start = start, End = Math.Min(start + FilesPerItem, item.End) });
            }
        }

        for (var i = item.Start; i < end; i++)
        {
            var child = children[i];
            if (child.Status.Kind != FileKind.Directory && !links.Contains(child))
            {
                Clear(item, into, child.Name);
                CopyNode(place, child, child.Name);
            }
        }
    }

    private void Clear(Item item, SafeFileHandle into, string name)
    {
        // In a directory that we made there is nothing to look for.
        if (!item.IsNew)
        {
            target.Clear(into, ScopedPath.Join(item.TargetPath, name), sourceIndex);
        }
    }

    private void CopyDirectories(Item item, SafeFileHandle into, bool isInherited, WorkCrew<Item> crew)
    {
        foreach (var child in item.Node.Children)
        {
            if (child.Status.Kind != FileKind.Directory)
            {
                continue;
            }

            var path = ScopedPath.Join(item.TargetPath, child.Name);
            var isNew = item.IsNew || !target.TryGetStatus(path, out var status) || (status.Kind == FileKind.Directory ? false : throw CopyTarget.NotADirectory(path, sourceIndex));
            if (isNew)
            {
                Inodes.MakeDirectory(into, child.Name, 0b111_000_000);
            }

            using (var directory = isNew ? SourceLookup.OpenDirectory(into, child.Name) : target.OpenDirectory(path))
            {
                GiveStatus(child, directory, isNew, isInherited);
            }

            crew.Add(new(child, ScopedPath.Join(item.SourcePath, child.Name), path, isNew, IsPart: false, 0, child.Children.Count));
        }
    }

    // A nested directory takes the source's mode, owner and attributes even when it exists; one that is only on the way to a match just its mode.
    private void GiveStatus(SourceNode node, SafeFileHandle directory, bool isNew, bool isInherited)
    {
        if (node.IsParentOnly && !isNew)
        {
            Inodes.ChangeMode(directory, node.Status.Permissions);
            return;
        }

        var (uid, gid) = OwnerOf(node);
        if (!isNew || isInherited || (uid | gid) != 0)
        {
            Inodes.ChangeOwner(directory, uid, gid);
        }

        Inodes.ChangeMode(directory, ModeOf(node));
        node.Attributes.ApplyTo(directory);
    }

    private void Link(HardLinks links)
    {
        foreach (var (first, other) in links.Pairs)
        {
            using var firstDirectory = target.OpenDirectory(ScopedPath.Parent(first));
            using var directory = target.OpenDirectory(ScopedPath.Parent(other));
            target.Clear(directory, other, sourceIndex);
            if (!Inodes.TryLink(firstDirectory, ScopedPath.Name(first), directory, ScopedPath.Name(other)))
            {
                throw new SyscallException("linkat", Errno.EMLINK, "/" + other);
            }

            Interlocked.Increment(ref files);
        }
    }

    // The root of a context is whatever directory the user calls it from: its time tells nothing, and BuildKit never sees it.
    private void SetTimes(SourceMatch match, string destination)
    {
        // Last, and from the bottom up: every name that is made in a directory changes its time.
        foreach (var visit in match.Node.Below(destination))
        {
            if (visit is { IsLeaving: true, Node.IsParentOnly: false })
            {
                SetTime(visit.Node, visit.Path);
            }
        }

        if (time is not null || match.Path.Length > 0 || !source.IsOwnedByRoot)
        {
            SetTime(match.Node, destination);
        }
    }

    private void SetTime(SourceNode directory, string path)
    {
        using var handle = target.OpenDirectory(path);
        Inodes.SetTimes(handle, time ?? directory.Status.Modified);
    }

    private readonly record struct Item(SourceNode Node, string SourcePath, string TargetPath, bool IsNew, bool IsPart, int Start, int End);
}
