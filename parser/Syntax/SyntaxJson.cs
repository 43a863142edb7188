using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SharpBuild.Parser.Syntax;

/// <summary>Writes a syntax tree as JSON, for editors, tools and tests. Spans read <c>line:column-line:column</c>, the end exclusive.</summary>
public static class SyntaxJson
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The tree as indented JSON with a newline at its end.</summary>
    /// <param name="dockerfile">The tree.</param>
    public static string Write(Dockerfile dockerfile)
    {
        ArgumentNullException.ThrowIfNull(dockerfile);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            new SyntaxWriter(json, dockerfile.Source).Write(dockerfile);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }
}
