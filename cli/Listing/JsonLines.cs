using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SharpBuild.Cli.Rendering;

namespace SharpBuild.Cli.Listing;

/// <summary>Prints JSON written by hand: no reflection, nothing to generate.</summary>
internal static class JsonLines
{
    /// <summary>Prints one object on a line.</summary>
    public static void WriteLine(TextWriter output, Action<Utf8JsonWriter> members) => Write(output, indented: false, json =>
    {
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
    });

    /// <summary>Prints a value that <paramref name="write"/> writes.</summary>
    public static void Write(TextWriter output, bool indented, Action<Utf8JsonWriter> write, int indentSize = 4)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = indented, IndentSize = indentSize, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(json);
        }

        Print(output, Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    /// <summary>Prints JSON that is there already. What it says is not changed: it is escaped, not cleaned.</summary>
    public static void Print(TextWriter output, string json)
    {
        if (output is SafeWriter safe)
        {
            safe.WriteCommand(Escape(json).TrimEnd('\n'));
        }
        else
        {
            output.Write(Escape(json).TrimEnd('\n') + "\n");
        }
    }

    /// <summary>The same JSON with everything escaped that would control a terminal or a CI service: all of it stands in strings.</summary>
    public static string Escape(string json)
    {
        var result = new StringBuilder(json.Length);
        foreach (var character in json)
        {
            var isEscaped = (DisplayText.IsDangerous(character) && character is not ('\n' or '\t')) || (character == '#' && result.Length > 0 && result[^1] == '#');
            _ = isEscaped ? result.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}") : result.Append(character);
        }

        return result.Replace("section_start:", "section_start\\u003a").Replace("section_end:", "section_end\\u003a").ToString();
    }
}
