using System.Text.Json;
using SharpBuild.Cli.Rendering;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Cli.Inspecting;

/// <summary>A syntax tree as people read it: an indented line a node, its place in front.</summary>
internal static class SyntaxText
{
    private const int PlaceWidth = 14;

    /// <summary>Writes a tree.</summary>
    public static void Write(TextWriter output, Dockerfile file)
    {
        // The JSON is the one description of what a node holds; this only lays it out.
        using var document = JsonDocument.Parse(SyntaxJson.Write(file));
        foreach (var member in document.RootElement.EnumerateObject())
        {
            WriteItems(output, member, 0);
        }
    }

    private static void WriteMember(TextWriter output, JsonProperty member, int depth)
    {
        switch (member.Value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteNode(output, member.Name, member.Value, depth);
                break;
            case JsonValueKind.Array when member.Value.EnumerateArray().Any(static v => v.ValueKind == JsonValueKind.Object):
                WriteItems(output, member, depth);
                break;
            case JsonValueKind.Array:
                Line(output, null, depth, $"{member.Name} {string.Join(", ", member.Value.EnumerateArray().Select(static v => v.GetRawText()))}");
                break;
            default:
                Line(output, null, depth, $"{member.Name} {member.Value.GetRawText()}");
                break;
        }
    }

    private static void WriteItems(TextWriter output, JsonProperty list, int depth)
    {
        var number = 0;
        foreach (var item in list.Value.EnumerateArray())
        {
            WriteNode(output, list.Name == "stages" ? $"stage {number++}" : list.Name.TrimEnd('s'), item, depth);
        }
    }

    private static void WriteNode(TextWriter output, string name, JsonElement node, int depth)
    {
        var title = node.TryGetProperty("instruction", out var keyword) ? keyword.GetString()!
            : node.TryGetProperty("text", out var text) ? $"{name} {text.GetRawText()}" : name;
        Line(output, node.TryGetProperty("span", out var span) ? span.GetString() : null, depth, title);
        foreach (var member in node.EnumerateObject().Where(static m => m.Name is not ("instruction" or "text" or "span")))
        {
            WriteMember(output, member, depth + 1);
        }
    }

    private static void Line(TextWriter output, string? place, int depth, string text) =>
        output.Write($"{(place ?? "").PadRight(PlaceWidth)} {new string(' ', 2 * depth)}{DisplayText.Clean(text)}\n");
}
