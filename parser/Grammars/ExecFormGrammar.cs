using System.Globalization;
using System.Text;

namespace SharpBuild.Parser.Grammars;

/// <summary>Exec form: a JSON array of strings.</summary>
internal static class ExecFormGrammar
{
    private static readonly Parser<char, Unit> Space = Token(static c => c is ' ' or '\t' or '\n' or '\r').SkipMany();

    private static readonly Parser<char, string> Escape = Char('\\').Then(OneOf(
        Escaped('"', '"'), Escaped('\\', '\\'), Escaped('/', '/'), Escaped('b', '\b'), Escaped('f', '\f'),
        Escaped('n', '\n'), Escaped('r', '\r'), Escaped('t', '\t'),
        Char('u').Then(CodeUnit).Select(static unit => unit.ToString())));

    private static readonly Parser<char, string> Plain =
        Token(static c => c is not ('"' or '\\') && c >= ' ').SkipAtLeastOnce().Slice(static (text, _) => text.ToString());

    private static readonly Parser<char, string> Text =
        Plain.Or(Escape).ManyString().Between(Char('"'), Char('"')).Select(RepairSurrogates).Labelled("a string");

    /// <summary>The whole text, blanks around allowed.</summary>
    public static Parser<char, string[]> Array { get; } =
        Text.Before(Space).Separated(Char(',').Then(Space)).Select(static texts => texts.ToArray())
            .Between(Space.Then(Char('[')).Then(Space), Char(']').Then(Space).Then(End));

    private static Parser<char, char> CodeUnit =>
        Token(char.IsAsciiHexDigit).Then(Token(char.IsAsciiHexDigit)).Then(Token(char.IsAsciiHexDigit)).Then(Token(char.IsAsciiHexDigit))
            .Slice(static (digits, _) => (char)ushort.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))
            .Labelled("four hexadecimal digits");

    private static Parser<char, string> Escaped(char letter, char meaning) => Char(letter).ThenReturn(meaning.ToString());

    // Half of a surrogate pair is no character; JSON readers put U+FFFD in its place.
    private static string RepairSurrogates(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            result.Append(rune.ToString());
        }

        return result.ToString();
    }
}
