using System.Text;

namespace SharpBuild.Testing;

/// <summary>Shows where two texts differ: the block between their common start and end, with some lines around it.</summary>
public static class LineDifference
{
    private const int Context = 3;
    private const int MostLines = 60;

    /// <summary>The lines that are only in <paramref name="expected"/> (<c>-</c>) and only in <paramref name="actual"/> (<c>+</c>).</summary>
    public static string Between(string expected, string actual)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        var before = expected.Split('\n');
        var after = actual.Split('\n');
        var start = CommonStart(before, after);
        var end = CommonEnd(before, after, start);
        var text = new StringBuilder().Append(System.Globalization.CultureInfo.InvariantCulture, $"@@ line {start + 1} @@\n");
        Append(text, ' ', before.AsSpan(Math.Max(0, start - Context)..start));
        Append(text, '-', before.AsSpan(start..(before.Length - end)));
        Append(text, '+', after.AsSpan(start..(after.Length - end)));
        Append(text, ' ', before.AsSpan((before.Length - end)..Math.Min(before.Length, before.Length - end + Context)));
        return text.ToString();
    }

    private static int CommonStart(string[] before, string[] after)
    {
        var count = 0;
        while (count < before.Length && count < after.Length && before[count] == after[count])
        {
            count++;
        }

        return count;
    }

    private static int CommonEnd(string[] before, string[] after, int start)
    {
        var count = 0;
        var most = Math.Min(before.Length, after.Length) - start;
        while (count < most && before[^(count + 1)] == after[^(count + 1)])
        {
            count++;
        }

        return count;
    }

    private static void Append(StringBuilder text, char mark, ReadOnlySpan<string> lines)
    {
        foreach (var line in lines[..Math.Min(lines.Length, MostLines)])
        {
            text.Append(mark).Append(line).Append('\n');
        }

        if (lines.Length > MostLines)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{mark}… {lines.Length - MostLines} more\n");
        }
    }
}
