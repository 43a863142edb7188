using System.Globalization;
using System.Text;

namespace SharpBuild.Parser;

/// <summary>Shows a place in a file the way BuildKit does: the lines around it, <c>&gt;&gt;&gt;</c> before those meant, and a caret line.</summary>
public static class SourceExcerpt
{
    private const string Rule = "--------------------\n";

    /// <summary>Renders a span; every line ends with a newline.</summary>
    /// <param name="source">The file.</param>
    /// <param name="span">What is meant.</param>
    /// <param name="withCarets">Whether carets point at the characters (those of the span's first line).</param>
    public static string Render(SourceText source, SourceSpan span, bool withCarets = true)
    {
        ArgumentNullException.ThrowIfNull(source);
        var first = source.GetPosition(span.Start);
        var last = source.GetPosition(Math.Max(span.Start, span.End - 1)).Line;
        var (from, to) = Surround(first.Line, last, source.LineCount);
        var result = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{source.Path}:{first.Line}\n{Rule}");
        for (var line = from; line <= to; line++)
        {
            var mark = line >= first.Line && line <= last ? ">>>" : "   ";
            result.Append(CultureInfo.InvariantCulture, $"{line,4} | {mark} ").Append(source.GetLine(line)).Append('\n');
            if (line == first.Line && withCarets)
            {
                AppendCarets(result, source.GetLine(line), first.Column - 1, span.Length);
            }
        }

        return result.Append(Rule).ToString();
    }

    // Up to two lines before and after a single line, one around several: together about four, as BuildKit shows.
    private static (int From, int To) Surround(int first, int last, int count)
    {
        var wanted = first == last ? 4 : 2;
        for (var shown = 0; shown < wanted; shown++)
        {
            if (first > 1)
            {
                first--;
                shown++;
            }

            if (last < count)
            {
                last++;
                shown++;
            }
        }

        return (first, last);
    }

    private static void AppendCarets(StringBuilder result, ReadOnlySpan<char> line, int column, int length)
    {
        var count = Math.Max(1, Math.Min(length, line.Length - column));
        if (column == 0 && count >= line.Length)
        {
            return;
        }

        result.Append("     |     ");
        foreach (var character in line[..Math.Min(column, line.Length)])
        {
            // A tab stays a tab, so that the caret stands below its character at any tab width.
            result.Append(character == '\t' ? '\t' : ' ');
        }

        result.Append('^', count).Append('\n');
    }
}
