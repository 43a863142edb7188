using System.Text.Json;
using SharpBuild.Parser;

namespace SharpBuild.Cli.Inspecting;

/// <summary>Writes places in the form that buildx has for them; a character of 0 is left out, as Go does.</summary>
internal static class Location
{
    /// <summary>Writes the exact place: characters count from 0.</summary>
    public static void Write(Utf8JsonWriter json, SourceText source, SourceSpan span) =>
        Write(json, source.GetPosition(span.Start), source.GetPosition(span.End));

    /// <summary>Writes the lines of an instruction, as buildx does.</summary>
    public static void WriteLines(Utf8JsonWriter json, SourceText source, SourceSpan span) => Write(
        json,
        new TextPosition(source.GetPosition(span.Start).Line, 1),
        new TextPosition(source.GetPosition(Math.Max(span.Start, span.End - 1)).Line, 1));

    private static void Write(Utf8JsonWriter json, TextPosition start, TextPosition end)
    {
        json.WriteStartObject("location");
        json.WriteStartArray("ranges");
        json.WriteStartObject();
        Write(json, "start", start);
        Write(json, "end", end);
        json.WriteEndObject();
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
