using System.Collections.Immutable;

namespace SharpBuild.Parser.Lexing;

/// <summary>Splitting at blanks as a Dockerfile has it: no quotes, no escapes.</summary>
internal static class Blanks
{
    /// <summary>Whether the character separates words. Not every white space does: U+00A0 belongs to the word.</summary>
    public static bool IsBlank(char character) => character is ' ' or '\t' or '\v' or '\f' or '\r';

    /// <summary>The first word and the rest after the blanks that follow it.</summary>
    public static (LineSlice Head, LineSlice Tail) SplitFirst(LineSlice slice)
    {
        var text = slice.Text;
        var end = 0;
        while (end < text.Length && !IsBlank(text[end]))
        {
            end++;
        }

        var next = end;
        while (next < text.Length && IsBlank(text[next]))
        {
            next++;
        }

        return (slice.Slice(0, end), slice.From(next));
    }

    /// <summary>All words.</summary>
    public static ImmutableArray<LineSlice> Split(LineSlice slice)
    {
        var words = ImmutableArray.CreateBuilder<LineSlice>();
        var rest = slice.Trim();
        while (!rest.IsEmpty)
        {
            (var word, rest) = SplitFirst(rest);
            words.Add(word);
        }

        return words.DrainToImmutable();
    }
}
