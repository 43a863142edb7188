using SharpBuild.Linux;

namespace SharpBuild.Cache.Content;

/// <summary>A file or directory of a source.</summary>
internal sealed class SourceNode(string name, FileStatus status)
{
    /// <summary>Its name in its directory.</summary>
    public string Name { get; } = name;

    /// <summary>Its status when it was found.</summary>
    public FileStatus Status { get; } = status;

    /// <summary>What a directory holds of the selection, sorted by name.</summary>
    public List<SourceNode> Children { get; init; } = [];

    /// <summary>Whether a directory is there only because something below it was asked for; see <see cref="PathVerdict.SkipButDescend"/>.</summary>
    public bool IsOnTheWay { get; init; }

    /// <summary>Whether it was the COPY itself that only wanted what is below, not an ignore file: then it is made when something turns up there.</summary>
    public bool IsParentOnly { get; init; }

    /// <summary>Where a symbolic link leads.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>The attributes of a directory or link. Those of regular files are looked at when the file is opened.</summary>
    public FileAttributeSet Attributes { get; set; } = FileAttributeSet.None;

    /// <summary>The digest of a regular file, once known.</summary>
    public FileDigest? Digest { get; set; }

    /// <summary>How many files and directories it is, itself included.</summary>
    public int CountAll() => 1 + Below("").Count(static visit => !visit.IsLeaving);

    /// <summary>All that a directory holds, in order: each directory is visited before its content, and again when that is done.</summary>
    /// <param name="path">The directory's path.</param>
    /// <remarks>With a stack of its own: a hostile tree may be deeper than a thread's.</remarks>
    public IEnumerable<SourceVisit> Below(string path)
    {
        var levels = new Stack<(SourceNode Node, string Path, int Next)>([(this, path, 0)]);
        while (levels.TryPop(out var level))
        {
            if (level.Next == level.Node.Children.Count)
            {
                if (levels.TryPeek(out var above))
                {
                    yield return new(level.Node, above.Path, IsLeaving: true);
                }

                continue;
            }

            levels.Push(level with { Next = level.Next + 1 });
            var child = level.Node.Children[level.Next];
            yield return new(child, level.Path, IsLeaving: false);
            if (child.Status.Kind == FileKind.Directory)
            {
                levels.Push((child, ScopedPath.Join(level.Path, child.Name), 0));
            }
        }
    }
}

/// <summary>A file or directory that a walk through a tree has come to.</summary>
/// <param name="Node">The file or directory.</param>
/// <param name="Directory">The path of the directory that holds it.</param>
/// <param name="IsLeaving">Whether it is a directory whose content has been visited.</param>
internal readonly record struct SourceVisit(SourceNode Node, string Directory, bool IsLeaving)
{
    /// <summary>Its path.</summary>
    public string Path => ScopedPath.Join(Directory, Node.Name);
}
