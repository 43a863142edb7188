using SharpBuild.Cache.Space;
using SharpBuild.Cli.Rendering;

namespace SharpBuild.Cli.Listing;

/// <summary>What takes up space, by kind, the largest first.</summary>
internal static class UsageTree
{
    private const int SizeWidth = 8;
    private const int MostShown = 12;

    /// <summary>Prints the tree.</summary>
    public static void Write(TextWriter output, string root, IReadOnlyList<UsageItem> items)
    {
        output.Write($"{Size(items)}  {root}\n");
        var groups = items.GroupBy(item => item.Kind).OrderByDescending(group => group.Sum(item => item.Size)).ToList();
        for (var i = 0; i < groups.Count; i++)
        {
            WriteGroup(output, groups[i].ToList(), isLast: i == groups.Count - 1);
        }
    }

    private static void WriteGroup(TextWriter output, List<UsageItem> items, bool isLast)
    {
        var reclaimable = items.Where(item => item.IsReclaimable).Sum(item => item.Size);
        output.Write($"{Size(items)}  {(isLast ? "└─" : "├─")} {Title(items[0].Kind)} ({items.Count}){(reclaimable > 0 ? $", {ByteSize.Format(reclaimable)} reclaimable" : "")}\n");
        var shown = items.Count <= MostShown ? items.Count : MostShown - 1;
        for (var i = 0; i < shown; i++)
        {
            WriteLine(output, [items[i]], isLast, i == items.Count - 1, Text(items[i]));
        }

        if (shown < items.Count)
        {
            WriteLine(output, items.GetRange(shown, items.Count - shown), isLast, isLastItem: true, $"{items.Count - shown} more");
        }
    }

    private static void WriteLine(TextWriter output, List<UsageItem> items, bool isLastGroup, bool isLastItem, string text) =>
        output.Write($"{Size(items)}  {(isLastGroup ? "  " : "│ ")} {(isLastItem ? "└─" : "├─")} {text}\n");

    private static string Size(IEnumerable<UsageItem> items) => ByteSize.Format(items.Sum(item => item.Size)).PadLeft(SizeWidth);

    private static string Text(UsageItem item)
    {
        var state = item.IsInUse ? "  [in use]" : item.IsShared ? "  [image]" : "";
        return DisplayText.Clean(item.Kind is UsageKind.Internal ? $"{item.Id}: {item.Description}" : item.Description) + state;
    }

    private static string Title(UsageKind kind) => kind switch
    {
        UsageKind.Layer => "layers",
        UsageKind.CacheMount => "cache mounts",
        UsageKind.Context => "indexes of contexts",
        UsageKind.Blob => "blobs",
        _ => "bookkeeping, containers, volumes",
    };
}
