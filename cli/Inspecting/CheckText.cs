using SharpBuild.Builder.Inspection;
using SharpBuild.Cli.Rendering;
using SharpBuild.Parser;
using SharpBuild.Parser.Linting;

namespace SharpBuild.Cli.Inspecting;

/// <summary>What the checks found, as people read it: buildx's layout, with carets, codes and what would mend it.</summary>
internal static class CheckText
{
    /// <summary>Writes a report.</summary>
    public static void Write(TextWriter output, CheckReport report)
    {
        // Errors have the last word, and no "complete" in front of them.
        var separator = "";
        if (report.Errors.IsEmpty)
        {
            separator = "\n";
            output.Write(report.Findings.Length switch
            {
                0 => "Check complete, no warnings found.\n",
                1 => "Check complete, 1 warning has been found!\n",
                var count => $"Check complete, {count} warnings have been found!\n",
            });
        }

        foreach (var finding in report.Findings)
        {
            output.Write(separator);
            WriteFinding(output, report.Source, finding);
            separator = "\n";
        }

        foreach (var error in report.Errors)
        {
            output.Write(separator);
            output.Write($"ERROR: {DisplayText.Clean(error.Message)} [{error.Code}]\n");
            WriteHint(output, error);
            WriteExcerpt(output, report.Source, error.Span);
            separator = "\n";
        }
    }

    /// <summary>Writes a finding of a build check: what, where and what would mend it.</summary>
    public static void WriteFinding(TextWriter output, SourceText source, Diagnostic finding)
    {
        var url = LintRules.Find(finding.Code)?.Url;
        output.Write($"WARNING: {finding.Rule ?? finding.Code}{(url is null ? "" : $" - {url}")}\n");
        output.Write($"{DisplayText.Clean(finding.Message)} [{finding.Code}]\n");
        WriteHint(output, finding);
        WriteExcerpt(output, source, finding.Span);
    }

    private static void WriteHint(TextWriter output, Diagnostic diagnostic)
    {
        if (diagnostic.Hint is { } hint)
        {
            output.Write($"{DisplayText.Clean(hint)}\n");
        }
    }

    private static void WriteExcerpt(TextWriter output, SourceText source, SourceSpan span)
    {
        foreach (var line in SourceExcerpt.Render(source, span).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            output.Write($"{DisplayText.Clean(line)}\n");
        }
    }
}
