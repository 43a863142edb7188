using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using SharpBuild.Parser.Grammars;
using SharpBuild.Parser.Lexing;

namespace SharpBuild.Parser.Reading;

/// <summary>Whether a text is exec form, shell form, or neither.</summary>
/// <param name="Strings">The strings of exec form; default for shell form.</param>
/// <param name="IsInvalid">Whether it is a JSON array of other things, which is an error.</param>
internal readonly record struct ExecArray(ImmutableArray<string> Strings, bool IsInvalid)
{
    // Go's limit; deeper nesting counts as malformed and so as shell form.
    private const int MaximumDepth = 10000;

    /// <summary>Reads a text. A malformed array is shell form, silently: BuildKit's rule, and a build check tells of it.</summary>
    public static ExecArray Read(LineSlice text, Diagnostics diagnostics)
    {
        if (!text.Text.StartsWith('['))
        {
            return default;
        }

        var result = ExecFormGrammar.Array.Parse(text.Text);
        if (result.Success)
        {
            return new(ImmutableCollectionsMarshal.AsImmutableArray(result.Value), IsInvalid: false);
        }

        if (!IsJson(text.Text))
        {
            return default;
        }

        diagnostics.Error(
            DiagnosticCodes.ExecFormNotStrings,
            text.Span,
            "The JSON array holds something else than strings.",
            "Quote every element: [\"sleep\", \"5\"].");
        return new(default, IsInvalid: true);
    }

    /// <summary>Whether a text is exec form.</summary>
    public static bool IsExec(LineSlice text) => text.Text.StartsWith('[') && ExecFormGrammar.Array.Parse(text.Text).Success;

    private static bool IsJson(ReadOnlySpan<char> text)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            var reader = new Utf8JsonReader(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)), new JsonReaderOptions { MaxDepth = MaximumDepth });
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
