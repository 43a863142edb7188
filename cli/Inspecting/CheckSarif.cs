using System.Text.Json;
using SharpBuild.Builder.Inspection;
using SharpBuild.Cli.Listing;
using SharpBuild.Parser;
using SharpBuild.Parser.Linting;

namespace SharpBuild.Cli.Inspecting;

/// <summary>What the checks found, as SARIF 2.1.0 (OASIS), which code hosts show beside the lines of a change.</summary>
internal static class CheckSarif
{
    /// <summary>Writes a report.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="report">The report.</param>
    /// <param name="uri">The file, as a URI reference from the root of the repository.</param>
    /// <param name="version">The version of sharpbuild.</param>
    public static void Write(TextWriter output, CheckReport report, string uri, string version)
    {
        Diagnostic[] all = [.. report.Errors, .. report.Findings];
        string[] codes = [.. all.Select(static d => d.Code).Distinct().Order(StringComparer.Ordinal)];
        JsonLines.Write(output, indented: true, indentSize: 2, write: json =>
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            json.WriteStartObject();
            WriteTool(json, codes, version);
            json.WriteString("columnKind", "utf16CodeUnits");
            json.WriteStartArray("results");
            foreach (var diagnostic in all)
            {
                WriteResult(json, report.Source, diagnostic, Array.IndexOf(codes, diagnostic.Code), uri);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static void WriteTool(Utf8JsonWriter json, string[] codes, string version)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "sharpbuild");
        json.WriteString("semanticVersion", version);
        json.WriteStartArray("rules");
        foreach (var code in codes)
        {
            json.WriteStartObject();
            json.WriteString("id", code);
            if (LintRules.Find(code) is { } rule)
            {
                json.WriteString("name", rule.Name);
                WriteText(json, "shortDescription", rule.Summary);
                if (rule.Url is { } url)
                {
                    json.WriteString("helpUri", url);
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, SourceText source, Diagnostic diagnostic, int rule, string uri)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", diagnostic.Code);
        json.WriteNumber("ruleIndex", rule);
        json.WriteString("level", diagnostic.Severity == DiagnosticSeverity.Error ? "error" : "warning");
        WriteText(json, "message", diagnostic.Hint is { } hint ? $"{diagnostic.Message} {hint}" : diagnostic.Message);
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", uri);
        json.WriteEndObject();
        WriteRegion(json, source, diagnostic.Span);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // Columns count from 1; the end is exclusive.
    private static void WriteRegion(Utf8JsonWriter json, SourceText source, SourceSpan span)
    {
        var (start, end) = (source.GetPosition(span.Start), source.GetPosition(span.End));
        json.WriteStartObject("region");
        json.WriteNumber("startLine", start.Line);
        json.WriteNumber("startColumn", start.Column);
        json.WriteNumber("endLine", end.Line);
        json.WriteNumber("endColumn", end.Column);
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }
}
