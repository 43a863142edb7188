using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using SharpBuild.Cli.Listing;
using SharpBuild.Parser;
using SharpBuild.Parser.Outlining;

namespace SharpBuild.Cli.Inspecting;

/// <summary>Prints an outline as buildx does.</summary>
internal static class OutlineOutput
{
    /// <summary>For people.</summary>
    public static void WriteText(TextWriter output, Outline outline)
    {
        if (outline.Name.Length > 0)
        {
            // As wide as "DESCRIPTION:", where that follows.
            output.Write(outline.Description.Length > 0 ? $"TARGET:      {outline.Name}\nDESCRIPTION: {outline.Description}\n\n" : $"TARGET: {outline.Name}\n\n");
        }

        WriteTable(output, outline.Arguments, new("BUILD ARG", "VALUE", "DESCRIPTION"), static a => [a.Name, a.Value, a.Description]);
        WriteTable(output, outline.Secrets, new("SECRET", "REQUIRED"), Cells);
        WriteTable(output, outline.Agents, new("SSH", "REQUIRED"), Cells);
    }

    /// <summary>For programs.</summary>
    public static void WriteJson(TextWriter output, SourceText source, Outline outline) => JsonLines.Write(output, indented: true, indentSize: 2, write: json =>
    {
        json.WriteStartObject();
        WriteIfAny(json, "name", outline.Name);
        WriteIfAny(json, "description", outline.Description);
        WriteList(json, "args", outline.Arguments, a =>
        {
            json.WriteString("name", a.Name);
            WriteIfAny(json, "description", a.Description);
            WriteIfAny(json, "value", a.Value);
            Location.WriteLines(json, source, a.Span);
        });
        WriteList(json, "secrets", outline.Secrets, WriteMount);
        WriteList(json, "ssh", outline.Agents, WriteMount);
        WriteSources(json, source);
        json.WriteEndObject();

        void WriteMount(OutlineMount mount)
        {
            json.WriteString("name", mount.Name);
            if (mount.IsRequired)
            {
                json.WriteBoolean("required", true);
            }

            Location.WriteLines(json, source, mount.Span);
        }
    });

    /// <summary>Writes the files that locations are in.</summary>
    public static void WriteSources(Utf8JsonWriter json, SourceText source)
    {
        json.WriteStartArray("sources");
        json.WriteBase64StringValue(Encoding.UTF8.GetBytes(source.Content));
        json.WriteEndArray();
    }

    /// <summary>Writes a member unless it is empty, as Go's <c>omitempty</c>.</summary>
    public static void WriteIfAny(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length > 0)
        {
            json.WriteString(name, value);
        }
    }

    private static string[] Cells(OutlineMount mount) => [mount.Name, mount.IsRequired ? "true" : ""];

    private static void WriteTable<T>(TextWriter output, ImmutableArray<T> items, Table table, Func<T, string[]> cells)
    {
        if (!items.IsEmpty)
        {
            foreach (var item in items)
            {
                table.Add(cells(item));
            }

            table.Write(output);
            output.Write('\n');
        }
    }

    private static void WriteList<T>(Utf8JsonWriter json, string name, ImmutableArray<T> items, Action<T> members)
    {
        if (items.IsEmpty)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            members(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
