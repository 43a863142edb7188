using System.Globalization;
using SharpBuild.Parser;

namespace SharpBuild.UnitTests.Parser;

/// <summary>
/// What a real BuildKit says of a case (<c>tests/conformance/parser/record.py</c> asks it): whether it takes the file, and the rule and
/// lines of each finding. We must say the same, with lines as exact or more so; where we do not, <c>difference.txt</c> says why.
/// </summary>
internal sealed record BuildKitAnswer(string? ErrorLines, IReadOnlyList<(string Rule, string Lines)> Findings)
{
    public static BuildKitAnswer Read(string path)
    {
        var lines = File.ReadAllLines(path);
        var error = lines[0] == "accepts" ? null : lines[0]["rejects ".Length..];
        return new(error, [.. lines.Skip(1).Select(static line => line.Split(' ')).Select(static words => (words[0], words[1]))]);
    }

    /// <summary>What differs, a line each; empty when nothing does.</summary>
    public string CompareWith(SourceText source, IEnumerable<Diagnostic> errorsFound, IEnumerable<Diagnostic> findings)
    {
        var reported = findings.Where(static f => f.Code.StartsWith("SB20", StringComparison.Ordinal)).ToList();
        string[] errors = [.. errorsFound.Select(e => LinesOf(source, e.Span)), .. reported.Where(static f => f.Severity == DiagnosticSeverity.Error).Select(static _ => "-")];
        if (ErrorLines is not null || errors.Length > 0)
        {
            // BuildKit stops at the first error that it meets, which is not always the first of the file.
            return ErrorLines is not null && errors.Any(e => Holds(ErrorLines, e)) ? "" : $"BuildKit: {Describe(ErrorLines)}; we: {Describe(errors.FirstOrDefault())}\n";
        }

        var left = Findings.ToList();
        var text = "";
        foreach (var finding in reported)
        {
            var lines = LinesOf(source, finding.Span);
            var match = left.FindIndex(f => f.Rule == finding.Rule && Holds(f.Lines, lines));
            if (match < 0)
            {
                text += $"only we: {finding.Rule} {lines}\n";
            }
            else
            {
                left.RemoveAt(match);
            }
        }

        return text + string.Concat(left.Select(static f => $"only BuildKit: {f.Rule} {f.Lines}\n"));
    }

    private static string Describe(string? errorLines) => errorLines is null ? "accepts" : $"rejects {errorLines}";

    private static string LinesOf(SourceText source, SourceSpan span)
    {
        var (first, last) = (source.GetPosition(span.Start).Line, source.GetPosition(Math.Max(span.Start, span.End - 1)).Line);
        return first == last ? $"{first}" : $"{first}-{last}";
    }

    // BuildKit names the lines of the whole instruction, or none at all.
    private static bool Holds(string outer, string inner)
    {
        var (a, b) = (Range(outer), Range(inner));
        return outer is "-" or "0" || (a.First <= b.First && b.Last <= a.Last);
    }

    private static (int First, int Last) Range(string lines)
    {
        var parts = lines.Split('-', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 0 ? (0, 0) : (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[^1], CultureInfo.InvariantCulture));
    }
}
