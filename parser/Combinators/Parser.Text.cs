using System.Diagnostics.CodeAnalysis;

namespace SharpBuild.Parser.Combinators;

internal static partial class Parser
{
    /// <summary>A decimal digit.</summary>
    public static Parser<char, char> Digit { get; } = Parser<char>.Token(char.IsAsciiDigit).Labelled("a digit");

    /// <summary>The character itself.</summary>
    public static Parser<char, char> Char(char character) =>
        Parser<char>.Token(c => c == character).Labelled($"'{character}'");

    /// <summary>The text itself; like every parser it may fail after consuming.</summary>
    public static Parser<char, string> String(string text) => new TextParser(text, ignoreCase: false);

    /// <summary>The text in any case.</summary>
    public static Parser<char, string> CIString(string text) => new TextParser(text, ignoreCase: true);
}

internal sealed class TextParser(string text, bool ignoreCase) : Parser<char, string>
{
    internal override bool TryParse(scoped ref ParseState<char> state, [MaybeNullWhen(false)] out string result)
    {
        var start = state.Location;
        foreach (var wanted in text)
        {
            if (!state.HasCurrent || !Same(wanted, state.Current))
            {
                result = null;
                return state.Expected($"'{text}'");
            }

            state.Location++;
        }

        result = ignoreCase ? state.Since(start).ToString() : text;
        return true;
    }

    private bool Same(char a, char b) => a == b || (ignoreCase && char.ToUpperInvariant(a) == char.ToUpperInvariant(b));
}
