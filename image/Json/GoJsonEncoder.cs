using System.Text;
using System.Text.Encodings.Web;

namespace SharpBuild.Image.Json;

/// <summary>Escapes just what Go's <c>encoding/json</c> escapes, so that equal values have equal bytes, and digests, in both worlds.</summary>
internal sealed unsafe class GoJsonEncoder : JavaScriptEncoder
{
    public static readonly GoJsonEncoder Instance = new();

    public override int MaxOutputCharactersPerInputCharacter => 6;

    public override bool WillEncode(int unicodeScalar) =>
        unicodeScalar is < 0x20 or '"' or '\\' or '<' or '>' or '&' or 0x2028 or 0x2029;

    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        for (var i = 0; i < textLength; i++)
        {
            // A lone surrogate must be encoded (as U+FFFD); a good pair is left as it is.
            if (WillEncode(text[i]) || (char.IsSurrogate(text[i]) && !IsPair(text, ref i, textLength)))
            {
                return i;
            }
        }

        return -1;
    }

    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var output = new Span<char>(buffer, bufferLength);
        var shorthand = unicodeScalar switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\b' => "\\b",
            '\f' => "\\f",
            _ => null,
        };
        if (shorthand is not null)
        {
            numberOfCharactersWritten = shorthand.TryCopyTo(output) ? shorthand.Length : 0;
            return numberOfCharactersWritten > 0;
        }

        if (WillEncode(unicodeScalar))
        {
            return output.TryWrite($"\\u{unicodeScalar:x4}", out numberOfCharactersWritten);
        }

        return new Rune(unicodeScalar).TryEncodeToUtf16(output, out numberOfCharactersWritten);
    }

    private static bool IsPair(char* text, ref int index, int length)
    {
        if (index + 1 >= length || !char.IsSurrogatePair(text[index], text[index + 1]))
        {
            return false;
        }

        index++;
        return true;
    }
}
