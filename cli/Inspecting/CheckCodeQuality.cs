using System.Security.Cryptography;
using System.Text;
using SharpBuild.Builder.Inspection;
using SharpBuild.Cli.Listing;
using SharpBuild.Parser;
using SharpBuild.Parser.Linting;

namespace SharpBuild.Cli.Inspecting;

/// <summary>What the checks found, as a Code Quality report of GitLab (a subset of Code Climate's), which merge requests show beside the lines.</summary>
internal static class CheckCodeQuality
{
    /// <summary>Writes a report.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="report">The report.</param>
    /// <param name="path">The file, from the root of the repository.</param>
    public static void Write(TextWriter output, CheckReport report, string path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        JsonLines.Write(output, indented: true, indentSize: 2, write: json =>
        {
            json.WriteStartArray();
            foreach (var diagnostic in (ReadOnlySpan<Diagnostic>)[.. report.Errors, .. report.Findings])
            {
                var (start, end) = (report.Source.GetPosition(diagnostic.Span.Start), report.Source.GetPosition(diagnostic.Span.End));
                json.WriteStartObject();
                json.WriteString("description", diagnostic.Hint is { } hint ? $"{diagnostic.Message} {hint}" : diagnostic.Message);
                json.WriteString("check_name", LintRules.Find(diagnostic.Code)?.Name ?? diagnostic.Code);
                json.WriteString("fingerprint", Fingerprint(report.Source, diagnostic, path, seen));
                json.WriteString("severity", diagnostic.Severity == DiagnosticSeverity.Error ? "blocker" : "minor");
                json.WriteStartObject("location");
                json.WriteString("path", path);
                json.WriteStartObject("lines");
                json.WriteNumber("begin", start.Line);
                json.WriteNumber("end", end.Line);
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    // GitLab compares two branches by it: the line's number stays out, or a line put in above would make each finding below a new one. Of equal
    // findings each needs its own.
    private static string Fingerprint(SourceText source, Diagnostic diagnostic, string path, HashSet<string> seen)
    {
        for (var number = 0; ; number++)
        {
            var text = $"{diagnostic.Code}\0{path}\0{diagnostic.Message}\0{source.GetLine(source.GetPosition(diagnostic.Span.Start).Line)}\0{number}";
            var fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
            if (seen.Add(fingerprint))
            {
                return fingerprint;
            }
        }
    }
}
