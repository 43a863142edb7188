namespace SharpBuild.Parser.Grammars;

/// <summary><c># name = value</c>.</summary>
internal static class DirectiveGrammar
{
    private static readonly Parser<char, Unit> Spaces = Token(char.IsWhiteSpace).SkipMany();

    private static readonly Parser<char, string> Name =
        Token(char.IsAsciiLetter)
            .Then(Token(char.IsAsciiLetterOrDigit).SkipMany())
            .Slice(static (text, _) => text.ToString().ToLowerInvariant())
            .Labelled("the name of a directive");

    private static readonly Parser<char, string> Value =
        Any.SkipAtLeastOnce().Slice(static (text, _) => text.TrimEnd().ToString());

    /// <summary>A whole line; the name comes back in lower case.</summary>
    public static Parser<char, DirectiveText> Line { get; } =
        Map(
            static (name, value) => new DirectiveText(name, value),
            Char('#').Then(Spaces).Then(Name),
            Spaces.Then(Char('=')).Then(Spaces).Then(Value));
}

/// <summary>A directive's two sides.</summary>
/// <param name="Name">The name in lower case.</param>
/// <param name="Value">The value as written.</param>
internal sealed record DirectiveText(string Name, string Value);
