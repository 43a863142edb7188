namespace SharpBuild.Parser.Grammars;

/// <summary>The flags between a keyword and its arguments: <c>--name=value</c>, quotes and escapes removed.</summary>
internal sealed class FlagGrammar
{
    private static readonly Lazy<FlagGrammar> Backslash = new(static () => new('\\'));
    private static readonly Lazy<FlagGrammar> Backtick = new(static () => new('`'));

    private FlagGrammar(char escape)
    {
        var blanks = Token(char.IsWhiteSpace).SkipMany();
        var escaped = Char(escape).Then(Any.Or(Return('\0'))).Select(static c => c == '\0' ? "" : c.ToString());
        var plain = Token(c => !char.IsWhiteSpace(c) && c is not ('\'' or '"') && c != escape)
            .SkipAtLeastOnce().Slice(static (text, _) => text.ToString());
        var value = OneOf(plain, Quoted('"', escape, escaped), Quoted('\'', escape, escaped), escaped).ManyString();
        var flag = Lookahead(Try(String("--"))).Then(Map(
            static (start, text, end) => new FlagText(start, end, text), CurrentOffset, value, CurrentOffset));

        // "--" alone ends the flags; what follows are arguments even if they begin with dashes.
        var separator = Try(String("--").Before(Token(char.IsWhiteSpace).ThenReturn(Unit.Value).Or(End)));
        Flags = Map(
            static (flags, end) => new FlagList([.. flags], end),
            blanks.Then(Try(Not(separator)).Then(flag).Before(blanks).Many()),
            separator.Optional().Then(blanks).Then(CurrentOffset));
    }

    /// <summary>The flags at the start of a text, and where its arguments begin.</summary>
    public Parser<char, FlagList> Flags { get; }

    /// <summary>The grammar for an escape character.</summary>
    public static FlagGrammar For(char escape) => (escape == '`' ? Backtick : Backslash).Value;

    private static Parser<char, string> Quoted(char quote, char escape, Parser<char, string> escaped) =>
        Char(quote)
            .Then(Token(c => c != quote && c != escape).SkipAtLeastOnce().Slice(static (text, _) => text.ToString()).Or(escaped).ManyString())
            .Before(Char(quote).Optional());
}

/// <summary>The flags of an instruction.</summary>
/// <param name="Flags">The flags.</param>
/// <param name="ArgumentsStart">The offset of the first argument.</param>
internal sealed record FlagList(FlagText[] Flags, int ArgumentsStart);

/// <summary>One flag.</summary>
/// <param name="Start">Where it starts.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Text">Its text without quotes and escapes.</param>
internal sealed record FlagText(int Start, int End, string Text);
