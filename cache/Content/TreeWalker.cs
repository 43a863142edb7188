using SharpBuild.Linux;

namespace SharpBuild.Cache.Content;

/// <summary>Lists what a directory of a source holds of a selection, on all cores: one getdents64 a directory, one statx a name that the filters let through.</summary>
internal sealed class TreeWalker
{
    private readonly IFileTree tree;
    private readonly Func<string, bool, PathVerdict>[] filters;
    private volatile bool hasDoubtful;

    /// <summary>Prepares a walk.</summary>
    /// <param name="tree">The source.</param>
    /// <param name="filters">Further filters; their paths are relative to the directory that is walked.</param>
    public TreeWalker(IFileTree tree, params Func<string, bool, PathVerdict>[] filters) => (this.tree, this.filters) = (tree, filters);

    /// <summary>Fills in the children of <paramref name="top"/>, and theirs.</summary>
    /// <param name="top">A directory.</param>
    /// <param name="path">Its path in the source, free of links.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public void Walk(SourceNode top, string path, CancellationToken cancellationToken)
    {
        WorkCrew<Item>.Run([new(top, path, "")], (item, crew) => List(item, crew), cancellationToken);
        if (hasDoubtful)
        {
            Prune(top);
        }
    }

    /// <summary>Makes the node of a name.</summary>
    public SourceNode Describe(Microsoft.Win32.SafeHandles.SafeFileHandle directory, string name, in FileStatus status, bool isOnTheWay, bool isParentOnly = false)
    {
        var isLink = status.Kind == FileKind.SymbolicLink;
        return new(name, tree.IsOwnedByRoot ? status with { Uid = 0, Gid = 0 } : status)
        {
            IsOnTheWay = isOnTheWay,
            IsParentOnly = isParentOnly,
            LinkTarget = isLink ? Inodes.ReadLink(directory, name) : null,
            Attributes = isLink ? FileAttributeSet.Read(directory, name) : FileAttributeSet.None,
        };
    }

    private void List(Item item, WorkCrew<Item> crew)
    {
        using var directory = SourceLookup.OpenDirectory(tree.Root, item.Path);
        item.Node.Attributes = FileAttributeSet.Read(directory);
        var entries = DirectoryReader.Read(directory);
        entries.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        item.Node.Children.EnsureCapacity(entries.Count);
        foreach (var entry in entries)
        {
            var path = ScopedPath.Join(item.Path, entry.Name);
            var relative = item.Path.Length == item.Relative.Length ? path : ScopedPath.Join(item.Relative, entry.Name);
            var isParentOnly = false;
            var verdict = entry.Kind == FileKind.Unknown ? PathVerdict.Include : Judge(path, relative, entry.Kind == FileKind.Directory, out isParentOnly);
            if (verdict == PathVerdict.Skip || !FileStatuses.TryGet(directory, entry.Name, out var status))
            {
                continue; // A name that vanished since the directory was read was never there for us.
            }

            if (entry.Kind == FileKind.Unknown && (verdict = Judge(path, relative, status.Kind == FileKind.Directory, out isParentOnly)) == PathVerdict.Skip)
            {
                continue;
            }

            var child = Describe(directory, entry.Name, status, verdict == PathVerdict.SkipButDescend, isParentOnly);
            item.Node.Children.Add(child);
            if (status.Kind == FileKind.Directory)
            {
                crew.Add(new(child, path, relative));
            }
        }
    }

    private PathVerdict Judge(string path, string relative, bool isDirectory, out bool isParentOnly)
    {
        isParentOnly = false;
        var result = tree.Judge(path, isDirectory);
        foreach (var filter in filters)
        {
            if (result == PathVerdict.Skip)
            {
                break;
            }

            var verdict = filter(relative, isDirectory);
            isParentOnly |= verdict == PathVerdict.SkipButDescend;
            result = verdict == PathVerdict.Include ? result : verdict;
        }

        if (result != PathVerdict.SkipButDescend)
        {
            return result;
        }

        hasDoubtful |= isDirectory;
        return isDirectory ? result : PathVerdict.Skip;
    }

    // A directory that is only on the way to something is not there when nothing was found.
    private static void Prune(SourceNode top)
    {
        foreach (var visit in top.Below(""))
        {
            if (visit.IsLeaving)
            {
                PruneChildren(visit.Node);
            }
        }

        PruneChildren(top);
    }

    private static void PruneChildren(SourceNode directory) => directory.Children.RemoveAll(
        static child => child.Status.Kind == FileKind.Directory && child.IsOnTheWay && child.Children.Count == 0);

    private readonly record struct Item(SourceNode Node, string Path, string Relative);
}
