using System.Globalization;
using System.Text;

namespace SharpBuild.Builder.Planning;

/// <summary>Values as Go prints them: BuildKit's history lines are made that way, and tools read them.</summary>
internal static class GoText
{
    /// <summary><c>%v</c> of a list of strings: <c>[a b]</c>.</summary>
    public static string List(IEnumerable<string> values) => $"[{string.Join(' ', values)}]";

    /// <summary><c>%q</c> of a list of strings: <c>["a" "b"]</c>.</summary>
    public static string QuotedList(IEnumerable<string> values) => $"[{string.Join(' ', values.Select(Quote))}]";

    /// <summary><c>%q</c> of a string.</summary>
    public static string Quote(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        foreach (var rune in value.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\a' => text.Append("\\a"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\v' => text.Append("\\v"),
                < ' ' or 0x7f => text.Append($"\\x{rune.Value:x2}"),
                _ when IsPrintable(rune) => text.Append(rune.ToString()),
                < 0x10000 => text.Append($"\\u{rune.Value:x4}"),
                _ => text.Append($"\\U{rune.Value:x8}"),
            };
        }

        return text.Append('"').ToString();
    }

    /// <summary>A duration as Go's <c>time.Duration</c> prints: <c>1m30s</c>, <c>500ms</c>, <c>0s</c>.</summary>
    public static string Duration(TimeSpan value)
    {
        if (value == TimeSpan.Zero)
        {
            return "0s";
        }

        if (value < TimeSpan.FromSeconds(1))
        {
            return value.TotalMilliseconds >= 1 ? $"{value.TotalMilliseconds:0.######}ms" : $"{value.TotalMicroseconds:0.###}µs";
        }

        var seconds = (value - TimeSpan.FromMinutes(Math.Floor(value.TotalMinutes))).TotalSeconds;
        var hours = (long)value.TotalHours;
        return $"{(hours > 0 ? $"{hours}h" : "")}{(value.TotalMinutes >= 1 ? $"{value.Minutes}m" : "")}{seconds:0.#########}s";
    }

    // strconv.IsPrint: letters, marks, numbers, punctuation, symbols and the plain space.
    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or
        UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
