using System.Text;
using System.Text.Json;
using SharpBuild.Builder.Inspection;
using SharpBuild.Cli.Listing;
using SharpBuild.Parser;
using SharpBuild.Parser.Linting;

namespace SharpBuild.Cli.Inspecting;

/// <summary>What the checks found, in buildx's JSON. Ours besides: codes, hints, characters, and all errors instead of one.</summary>
internal static class CheckJson
{
    /// <summary>Writes a report.</summary>
    public static void Write(TextWriter output, CheckReport report) => JsonLines.Write(output, indented: true, indentSize: 2, write: json =>
    {
        var source = report.Source;
        json.WriteStartObject();
        json.WriteStartArray("warnings");
        foreach (var finding in report.Findings)
        {
            WriteFinding(json, source, finding);
        }

        json.WriteEndArray();
        WriteSource(json, source);
        if (!report.Errors.IsEmpty)
        {
            WriteErrors(json, report);
        }

        json.WriteEndObject();
    });

    private static void WriteFinding(Utf8JsonWriter json, SourceText source, Diagnostic finding)
    {
        var rule = LintRules.Find(finding.Code);
        json.WriteStartObject();
        json.WriteString("ruleName", finding.Rule ?? finding.Code);
        WriteIfAny(json, "description", rule?.Summary);
        WriteIfAny(json, "url", rule?.Url);
        json.WriteString("detail", finding.Message);
        Location.Write(json, source, finding.Span);
        json.WriteString("code", finding.Code);
        WriteIfAny(json, "hint", finding.Hint);
        json.WriteEndObject();
    }

    private static void WriteSource(Utf8JsonWriter json, SourceText source)
    {
        json.WriteStartArray("sources");
        json.WriteStartObject();
        json.WriteString("filename", source.Path);
        json.WriteBase64String("data", Encoding.UTF8.GetBytes(source.Content));
        json.WriteString("language", "Dockerfile");
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteErrors(Utf8JsonWriter json, CheckReport report)
    {
        json.WriteStartObject("buildError");
        json.WriteString("message", report.Errors[0].Message);
        Location.Write(json, report.Source, report.Errors[0].Span);
        json.WriteEndObject();
        json.WriteStartArray("errors");
        foreach (var error in report.Errors)
        {
            json.WriteStartObject();
            WriteError(json, report.Source, error);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the members of an error.</summary>
    public static void WriteError(Utf8JsonWriter json, SourceText source, Diagnostic error)
    {
        json.WriteString("code", error.Code);
        json.WriteString("message", error.Message);
        WriteIfAny(json, "hint", error.Hint);
        Location.Write(json, source, error.Span);
    }

    private static void WriteIfAny(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
