using SharpBuild.Cache.Content;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Copying;

/// <summary>The files of a copied tree that are one file under several names: copied under the first, linked under the others (spec 2.21).</summary>
internal sealed class HardLinks
{
    private readonly Dictionary<(ulong Device, ulong Inode), string> first = [];
    private readonly HashSet<SourceNode> others = [];
    private readonly List<(string First, string Other)> pairs = [];

    private HardLinks()
    {
    }

    /// <summary>The names that are linked to another, as paths in the target, in order.</summary>
    public IReadOnlyList<(string First, string Other)> Pairs => pairs;

    /// <summary>Looks through a tree that will be put at <paramref name="targetPath"/>.</summary>
    public static HardLinks Find(SourceNode top, string targetPath)
    {
        var links = new HardLinks();
        links.Look(top, targetPath);
        return links;
    }

    /// <summary>Whether a file is to be linked instead of copied.</summary>
    public bool Contains(SourceNode node) => others.Count > 0 && others.Contains(node);

    private void Look(SourceNode top, string targetPath)
    {
        foreach (var visit in top.Below(targetPath))
        {
            if (visit.Node.Status is { Kind: FileKind.Regular, Links: > 1 } status && !first.TryAdd((status.Device, status.Inode), visit.Path))
            {
                others.Add(visit.Node);
                pairs.Add((first[(status.Device, status.Inode)], visit.Path));
            }
        }
    }
}
