using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

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

        output.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
        output.Write('\n');
    }
}
