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

    public int CountAll()
    {
        var count = 1;
        foreach (var child in Children)
        {
            count += child.CountAll();
        }

        return count;
    }
}
