using System.Collections.Immutable;
using SharpBuild.Cli.Listing;
using SharpBuild.Parser;
using SharpBuild.Parser.Outlining;

namespace SharpBuild.Cli.Inspecting;

/// <summary>Prints the stages of a file as buildx does.</summary>
internal static class TargetsOutput
{
    /// <summary>For people.</summary>
    public static void WriteText(TextWriter output, ImmutableArray<BuildTarget> targets)
    {
        var table = new Table("TARGET", "DESCRIPTION") { Gap = 1 };
        foreach (var target in targets)
        {
            table.Add($"{target.Name}{(!target.IsDefault ? "" : target.Name.Length > 0 ? " (default)" : "(default)")}", target.Description);
        }

        table.Write(output);
    }

    /// <summary>For programs.</summary>
    public static void WriteJson(TextWriter output, SourceText source, ImmutableArray<BuildTarget> targets) => JsonLines.Write(output, indented: true, indentSize: 2, write: json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("targets");
        foreach (var target in targets)
        {
            json.WriteStartObject();
            OutlineOutput.WriteIfAny(json, "name", target.Name);
            if (target.IsDefault)
            {
                json.WriteBoolean("default", true);
            }

            OutlineOutput.WriteIfAny(json, "description", target.Description);
            OutlineOutput.WriteIfAny(json, "base", target.From.Image.Text);
            OutlineOutput.WriteIfAny(json, "platform", target.From.Platform?.Text ?? "");
            Location.WriteLines(json, source, target.From.Span);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        OutlineOutput.WriteSources(json, source);
        json.WriteEndObject();
    });
}
