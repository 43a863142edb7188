namespace SharpBuild.Parser.Grammars;

/// <summary>The words of ENV, LABEL and ARG: blanks separate them, quotes and the escape character hold them together.</summary>
/// <remarks>Quotes and escapes stay in the word; expansion removes them. A quote that is never closed runs to the end.</remarks>
internal sealed class WordGrammar
{
    private static readonly Lazy<WordGrammar> Backslash = new(static () => new('\\'));
    private static readonly Lazy<WordGrammar> Backtick = new(static () => new('`'));

    private WordGrammar(char escape)
    {
        var blanks = Token(char.IsWhiteSpace).SkipMany();

        // An escape character at the very end has nothing to escape and is dropped.
        var escaped = Try(Char(escape).Then(Any));
        var single = Char('\'').Then(Token(static c => c != '\'').SkipMany()).Before(Char('\'').Optional());
        var inDouble = Token(c => c != '"' && c != escape).Or(escaped).SkipMany();
        var doubled = Char('"').Then(inDouble).Before(Char('"').Optional());
        var plain = Token(c => !char.IsWhiteSpace(c) && c is not ('\'' or '"') && c != escape).SkipAtLeastOnce();
        var part = OneOf(plain, single, doubled, escaped.ThenReturn(Unit.Value));
        var word = Map(static (start, _, end) => new TextRange(start, end), CurrentOffset, part.SkipAtLeastOnce(), CurrentOffset);
        Words = blanks.Then(word.Before(blanks).Many()).Select(static words => words.ToArray());
    }

    /// <summary>All words of a text.</summary>
    public Parser<char, TextRange[]> Words { get; }

    /// <summary>The grammar for an escape character.</summary>
    public static WordGrammar For(char escape) => (escape == '`' ? Backtick : Backslash).Value;
}

/// <summary>A range of the text that a grammar read.</summary>
internal sealed record TextRange(int Start, int End);
