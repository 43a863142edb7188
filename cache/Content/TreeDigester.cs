using SharpBuild.Image;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Content;

/// <summary>Finds the files of a selection and digests what they contain.</summary>
public static class TreeDigester
{
    private const int FilesPerItem = 64;

    /// <summary>
    /// The content digest of a selection. Reads only files whose digest is not remembered, on all cores; a small context that was
    /// digested before is done when this returns, so that a cached build starts no thread.
    /// </summary>
    /// <exception cref="Copying.CopyException">A source does not exist, or a file cannot be read.</exception>
    public static Task<CopyDigest> DigestAsync(IFileTree tree, CopySelection selection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return tree.IsQuicklyDigested
            ? Task.FromResult(Digest(tree, selection, cancellationToken))
            : Task.Run(() => Digest(tree, selection, cancellationToken), cancellationToken);
    }

    /// <summary>As <see cref="DigestAsync"/>, on the caller's thread and others.</summary>
    public static CopyDigest Digest(IFileTree tree, CopySelection selection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(selection);
        if (tree.TryGetSelection(selection) is { } remembered)
        {
            return new(remembered, null);
        }

        var resolved = SelectionResolver.Resolve(tree, selection, cancellationToken);
        return new(Complete(tree, resolved, cancellationToken), resolved);
    }

    /// <summary>Finds the files of a selection without reading any; for a copy that is to be made in any case.</summary>
    public static ResolvedSelection Resolve(IFileTree tree, CopySelection selection, CancellationToken cancellationToken) =>
        SelectionResolver.Resolve(tree, selection, cancellationToken);

    /// <summary>The digest of a selection whose files are found; reads those that nobody has read yet (hard links, for example).</summary>
    internal static Digest Complete(IFileTree tree, ResolvedSelection resolved, CancellationToken cancellationToken)
    {
        ReadMissing(tree, resolved, cancellationToken);
        var digest = Fold(resolved);
        tree.RememberSelection(resolved.Selection, digest);
        return digest;
    }

    private static Digest Fold(ResolvedSelection resolved)
    {
        using var frame = new DigestFrame();
        frame.Append("content/1");
        foreach (var match in resolved.Matches)
        {
            frame.Append(match.SourceIndex);

            // Of a directory that is copied by its content, neither name nor mode nor owner arrive anywhere.
            if (match.Node.Status.Kind == FileKind.Directory)
            {
                frame.Append("content");
                frame.Append(match.Node.Children.Count);
                foreach (var visit in match.Node.Below(""))
                {
                    FoldChild(visit, frame);
                }
            }
            else
            {
                frame.Append("file");
                frame.Append(match.Name);
                Fold(match.Node, frame);
            }
        }

        var hash = frame.Finish();
        return Image.Digest.OfSha256(hash);
    }

    private static void FoldChild(SourceVisit visit, DigestFrame frame)
    {
        if (!visit.IsLeaving)
        {
            frame.Append(visit.Node.Name);
            Fold(visit.Node, frame);
        }
    }

    // Of a directory, what it holds is not in it: that follows.
    private static void Fold(SourceNode node, DigestFrame frame)
    {
        var status = node.Status;
        frame.Append((long)status.Kind | (uint)status.Permissions);
        frame.Append(((long)status.Uid << 32) | status.Gid);
        switch (status.Kind)
        {
            case FileKind.Regular:
                var digest = node.Digest ?? throw new System.Diagnostics.UnreachableException("a file was not read");
                frame.Append(status.Size);
                frame.Append(digest.Hash);
                break;
            case FileKind.Directory:
                node.Attributes.AppendTo(frame);
                frame.Append(node.Children.Count);
                break;
            case FileKind.SymbolicLink:
                frame.Append(node.LinkTarget ?? "");
                node.Attributes.AppendTo(frame);
                break;
            case FileKind.CharacterDevice or FileKind.BlockDevice:
                frame.Append(((long)status.DeviceMajor << 32) | status.DeviceMinor);
                break;
        }
    }

    private static void ReadMissing(IFileTree tree, ResolvedSelection resolved, CancellationToken cancellationToken)
    {
        var items = new List<Item>();
        foreach (var match in resolved.Matches)
        {
            if (match.Node.Status.Kind == FileKind.Directory)
            {
                Collect(tree, match.Node, match.Path, items);
            }
            else
            {
                CollectFiles(tree, [match.Node], ScopedPath.Parent(match.Path), items);
            }
        }

        if (items.Count > 0)
        {
            WorkCrew<Item>.Run(items, (item, _) => Read(tree, item), cancellationToken);
        }
    }

    private static void Collect(IFileTree tree, SourceNode top, string path, List<Item> items)
    {
        CollectFiles(tree, top.Children, path, items);
        foreach (var visit in top.Below(path))
        {
            if (!visit.IsLeaving && visit.Node.Status.Kind == FileKind.Directory)
            {
                CollectFiles(tree, visit.Node.Children, visit.Path, items);
            }
        }
    }

    private static void CollectFiles(IFileTree tree, List<SourceNode> nodes, string directory, List<Item> items)
    {
        List<SourceNode>? missing = null;
        foreach (var node in nodes)
        {
            if (node.Status.Kind != FileKind.Regular || node.Digest is not null)
            {
                continue;
            }

            if (tree.TryGetDigest(node.Status, out var known))
            {
                node.Digest = known;
                continue;
            }

            missing ??= [];
            missing.Add(node);
            if (missing.Count == FilesPerItem)
            {
                items.Add(new(directory, missing));
                missing = null;
            }
        }

        if (missing is not null)
        {
            items.Add(new(directory, missing));
        }
    }

    private static void Read(IFileTree tree, Item item)
    {
        using var directory = SourceLookup.OpenDirectory(tree.Root, item.Directory);
        foreach (var node in item.Files)
        {
            using var file = FileReader.Open(directory, node.Name);
            var digest = FileReader.Digest(file, node.Status.Size);
            node.Digest = digest;
            tree.Remember(node.Status, digest);
        }
    }

    private readonly record struct Item(string Directory, List<SourceNode> Files);
}
