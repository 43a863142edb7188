using SharpBuild.Cache.Space;
using SharpBuild.Cli.Rendering;

namespace SharpBuild.Cli.Listing;

/// <summary>What takes up space, as <c>docker buildx du</c> prints it.</summary>
internal static class UsageTable
{
    private const int ShownDigits = 24;

    /// <summary>Prints a row each, or with <paramref name="verbose"/> a paragraph.</summary>
    public static void Write(TextWriter output, IReadOnlyList<UsageItem> items, bool verbose, DateTimeOffset now)
    {
        if (verbose)
        {
            foreach (var item in items)
            {
                WriteParagraph(output, item, now);
            }

            return;
        }

        var table = new Table("ID", "TYPE", "RECLAIMABLE", "SIZE", "LAST ACCESSED", "DESCRIPTION");
        foreach (var item in items)
        {
            table.Add(Short(item.Id), item.Kind.Name(), item.IsReclaimable ? "true" : "false", ByteSize.Format(item.Size), Used(item, now), DisplayText.Clean(item.Description));
        }

        table.Write(output);
    }

    /// <summary>Prints how much is shared, private and reclaimable, and all together.</summary>
    public static void WriteSums(TextWriter output, IReadOnlyList<UsageItem> items)
    {
        output.Write($"Shared:\t\t{ByteSize.Format(items.Where(item => item.IsShared).Sum(item => item.Size))}\n");
        output.Write($"Private:\t{ByteSize.Format(items.Where(item => !item.IsShared).Sum(item => item.Size))}\n");
        output.Write($"Reclaimable:\t{ByteSize.Format(items.Where(item => item.IsReclaimable).Sum(item => item.Size))}\n");
        output.Write($"Total:\t\t{ByteSize.Format(items.Sum(item => item.Size))}\n");
    }

    private static void WriteParagraph(TextWriter output, UsageItem item, DateTimeOffset now)
    {
        output.Write($"ID:\t\t{item.Id}\n");
        if (!item.Parents.IsEmpty)
        {
            output.Write($"Parents:\t{string.Join(", ", item.Parents)}\n");
        }

        output.Write($"Created at:\t{item.Created:yyyy-MM-dd HH:mm:ss zzz}\n");
        output.Write($"Mutable:\t{Word(item.IsMutable)}\nReclaimable:\t{Word(item.IsReclaimable)}\nShared:\t\t{Word(item.IsShared)}\n");
        output.Write($"Size:\t\t{ByteSize.Format(item.Size)}\nDescription:\t{DisplayText.Clean(item.Description)}\nLast used:\t{Used(item, now)}\nType:\t\t{item.Kind.Name()}\n\n");
    }

    private static string Used(UsageItem item, DateTimeOffset now) => item.LastUsed == default ? "" : Age.Since(item.LastUsed, now);

    private static string Word(bool value) => value ? "true" : "false";

    private static string Short(string id)
    {
        var text = id.StartsWith("sha256:", StringComparison.Ordinal) ? id["sha256:".Length..] : id;
        var isHex = text.Length > ShownDigits && text.All(char.IsAsciiHexDigitLower);
        return isHex ? text[..ShownDigits] : DisplayText.Clean(text);
    }
}
