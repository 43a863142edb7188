using System.Globalization;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace SharpBuild.MSBuild;

/// <summary>
/// Text as MSBuild keeps it: entries of a list are separated by semicolons, and what has a meaning to MSBuild stands as <c>%</c> and two hexadecimal
/// digits where it shall have none. <see cref="ITaskItem.GetMetadata"/> undoes that too early to tell a semicolon from a separator.
/// </summary>
internal static class MetadataList
{
    private const string Special = "%*?@$();'";

    /// <summary>The entries of a list in an item, trimmed, without empty ones.</summary>
    public static IEnumerable<string> Read(ITaskItem item, string name) =>
        Split(item is ITaskItem2 whole ? whole.GetMetadataValueEscaped(name) : item.GetMetadata(name)).Select(Unescape);

    /// <summary>The entries of a list in which nothing is escaped, as in a property that a task is given.</summary>
    public static IEnumerable<string> Split(string list) => list.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Puts a list into an item.</summary>
    public static void Write(TaskItem item, string name, IEnumerable<string> entries) => item.SetMetadata(name, string.Join(';', entries.Select(Escape)));

    /// <summary>Puts text that is no list into an item.</summary>
    public static void Write(TaskItem item, string name, string text) => item.SetMetadata(name, Escape(text));

    /// <summary>Keeps text from having a meaning.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            _ = Special.Contains(character) ? escaped.Append(CultureInfo.InvariantCulture, $"%{(int)character:X2}") : escaped.Append(character);
        }

        return escaped.ToString();
    }

    private static string Unescape(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '%' && at + 2 < text.Length && byte.TryParse(text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                plain.Append((char)code);
                at += 2;
            }
            else
            {
                plain.Append(text[at]);
            }
        }

        return plain.ToString();
    }
}
