using System.Text.Json;
using SharpBuild.Parser;

namespace SharpBuild.Cli.Inspecting;

/// <summary>Writes places in the form that buildx has for them; a character of 0 is left out, as Go does.</summary>
internal static class Location
{
    /// <summary>Writes the exact place: characters count from 0.</summary>
    public static void Write(Utf8JsonWriter json, SourceText source, SourceSpan span) =>
        Write(json, [(source.GetPosition(span.Start), source.GetPosition(span.End))]);

    /// <summary>Writes the lines of an instruction, each a range of its own, as buildx does.</summary>
    public static void WriteLines(Utf8JsonWriter json, SourceText source, SourceSpan span)
    {
        var first = source.GetPosition(span.Start).Line;
        var last = source.GetPosition(Math.Max(span.Start, span.End - 1)).Line;
        Write(json, Enumerable.Range(first, last - first + 1).Select(static line => (new TextPosition(line, 1), new TextPosition(line, 1))));
    }

    private static void Write(Utf8JsonWriter json, IEnumerable<(TextPosition Start, TextPosition End)> ranges)
    {
        json.WriteStartObject("location");
        json.WriteStartArray("ranges");
        foreach (var (start, end) in ranges)
        {
            json.WriteStartObject();
            Write(json, "start", start);
            Write(json, "end", end);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, TextPosition position)
    {
        json.WriteStartObject(name);
        json.WriteNumber("line", position.Line);
        if (position.Column > 1)
        {
            json.WriteNumber("character", position.Column - 1);
        }

        json.WriteEndObject();
    }
}
