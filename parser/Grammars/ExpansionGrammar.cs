using System.Collections.Immutable;
using SharpBuild.Parser.Expansion;

namespace SharpBuild.Parser.Grammars;

/// <summary>Words with variables, quotes and escapes (BuildKit's <c>shell/lex.go</c>).</summary>
/// <remarks>
/// It reads any text: what is wrong becomes a <see cref="BrokenFragment"/>, which takes the rest of the text with it. The grammar
/// of what stands in braces exists once for each level of nesting, is made when it is first needed, and ends at
/// <see cref="MaximumDepth"/>: nobody nests this deep, and a hostile file must not overflow the stack. A level takes about 4 KiB of
/// it before the code is optimised.
/// </remarks>
internal sealed class ExpansionGrammar
{
    private const int MaximumDepth = 100;
    private const string NameCharacters = "@*#?-$!";

    private static readonly Lazy<ExpansionGrammar> Backslash = new(static () => new('\\', hasQuotes: true));
    private static readonly Lazy<ExpansionGrammar> Backtick = new(static () => new('`', hasQuotes: true));
    private static readonly Lazy<ExpansionGrammar> Unquoted = new(static () => new('\\', hasQuotes: false));

    private static readonly Parser<char, string> Name = OneOf(
        Token(char.IsDigit).SkipAtLeastOnce(),
        Token(static c => NameCharacters.Contains(c)).ThenReturn(Unit.Value),
        Token(static c => char.IsLetter(c) || c == '_' || char.IsDigit(c)).SkipMany()).Slice(static (text, _) => text.ToString());

    private static readonly Parser<char, Unit> Rest = Any.SkipMany();

    // "<< EOF" is one word.
    private static readonly Parser<char, Fragment> Operator = Char('<')
        .Then(Char('<').Then(Token(static c => c is ' ' or '\t' or '\r').SkipMany()).Optional())
        .Slice(static (text, _) => (Fragment)new OperatorFragment(text.ToString()));

    private readonly char escape;
    private readonly bool hasQuotes;
    private readonly Parser<char, Fragment> escaped;
    private readonly Lazy<Parser<char, Fragment>>[] braced;

    private ExpansionGrammar(char escape, bool hasQuotes)
    {
        (this.escape, this.hasQuotes) = (escape, hasQuotes);
        escaped = Char(escape).Then(Any.Optional()).Slice(static (text, _) => (Fragment)new EscapeFragment(text.ToString()));
        braced = [.. Enumerable.Range(0, MaximumDepth + 2).Select(depth => new Lazy<Parser<char, Fragment>>(() => Braced(depth)))];
        Text = Word(stop: null, depth: 0);
    }

    /// <summary>The grammar of the body of a heredoc: quotes mean nothing, and the escape character is always a backslash.</summary>
    public static ExpansionGrammar Heredoc => Unquoted.Value;

    /// <summary>A whole text.</summary>
    public Parser<char, ImmutableArray<Fragment>> Text { get; }

    /// <summary>The grammar of words for an escape character.</summary>
    public static ExpansionGrammar For(char escape) => (escape == '`' ? Backtick : Backslash).Value;

    private Parser<char, ImmutableArray<Fragment>> Word(char? stop, int depth)
    {
        var substitution = Substitution(depth);
        var plain = Token(c => c != stop && c is not ('$' or '<') && !(hasQuotes && c is '\'' or '"') && c != escape)
            .SkipAtLeastOnce().Slice(static (text, _) => (Fragment)new TextFragment(text.ToString()));
        var part = hasQuotes
            ? OneOf(plain, substitution, Operator, SingleQuoted, DoubleQuoted(substitution), escaped)
            : OneOf(plain, substitution, Operator, escaped);
        return part.Many().Select(static parts => parts.ToImmutableArray());
    }

    private static Parser<char, Fragment> SingleQuoted { get; } = Char('\'')
        .Then(Map(
            static (text, end) => end.HasValue
                ? (Fragment)new SingleQuotedFragment(text)
                : new BrokenFragment("A single quote is never closed.", "Add the closing ' or escape the opening one."),
            Token(static c => c != '\'').SkipMany().Slice(static (text, _) => text.ToString()),
            Char('\'').Optional()));

    // In double quotes an escape character escapes only ", $ and itself; before anything else it is an ordinary one.
    private Parser<char, Fragment> DoubleQuoted(Parser<char, Fragment> substitution)
    {
        var inner = Try(Char(escape).Then(Token(c => c is '"' or '$' || c == escape))).Slice(static (text, _) => (Fragment)new EscapeFragment(text.ToString()));
        var lone = Char(escape).Select(static c => (Fragment)new TextFragment(c.ToString()));
        var plain = Token(c => c is not ('"' or '$') && c != escape).SkipAtLeastOnce().Slice(static (text, _) => (Fragment)new TextFragment(text.ToString()));
        return Char('"').Then(Map(
            static (parts, end) => Broken(parts) ?? (end.HasValue
                ? new DoubleQuotedFragment([.. parts])
                : new BrokenFragment("A double quote is never closed.", "Add the closing \" or escape the opening one.")),
            OneOf(plain, substitution, inner, lone).Many(),
            Char('"').Optional()));
    }

    // A dollar sign before anything but a name is one.
    private Parser<char, Fragment> Substitution(int depth)
    {
        var bare = Name.Select(static name => name.Length == 0 ? (Fragment)new TextFragment("$") : new ValueFragment(name, IsBraced: false));
        return Char('$').Then(Char('{').Then(Rec(() => braced[depth + 1].Value)).Or(bare));
    }

    private Parser<char, Fragment> Braced(int depth) => depth > MaximumDepth
        ? Rest.ThenReturn((Fragment)new BrokenFragment($"Substitutions are nested more than {MaximumDepth} deep."))
        : OneOf(
            Unclosed('}'),
            Token(static c => c is '{' or '}' or ':').Before(Rest).Select(static c =>
                (Fragment)new BrokenFragment($"'${{{c}' is not a substitution: a name must follow '${{'.", "Write ${NAME}, or \\$ for a dollar sign.")),
            Map(static (name, complete) => complete(name), Name, AfterName(depth)));

    private Parser<char, Func<string, Fragment>> AfterName(int depth)
    {
        var word = Closed('}', depth);
        return OneOf(
            Unclosed('}').Select(static broken => (Func<string, Fragment>)(_ => broken)),
            Char('}').ThenReturn((Func<string, Fragment>)(static name => new ValueFragment(name, IsBraced: true))),
            Char(':').Then(OneOf(
                Unclosed('}').Select(static broken => (Func<string, Fragment>)(_ => broken)),
                Modifier("-+?", word, emptyIsUnset: true),
                NoModifier(":"))),
            Char('/').Then(Replacement(depth)),
            Modifier("-+?#%", word, emptyIsUnset: false),
            NoModifier(""));
    }

    private static Parser<char, Func<string, Fragment>> Modifier(string modifiers, Parser<char, Parts> word, bool emptyIsUnset) => Map(
        (modifier, parts) => (Func<string, Fragment>)(name => parts.Broken ?? new ModifiedFragment(name, modifier, emptyIsUnset, parts.Fragments)),
        Token(c => modifiers.Contains(c)),
        word);

    private static Parser<char, Func<string, Fragment>> NoModifier(string colon) => Any.Before(Rest).Select(c => (Func<string, Fragment>)(name =>
        new BrokenFragment($"'{colon}{c}' is not a modifier for ${{{name}}}.", "Use one of :- - :+ + :? ? # ## % %% / //.")));

    private Parser<char, Func<string, Fragment>> Replacement(int depth) => Map(
        static (all, pattern, replacement) => (Func<string, Fragment>)(name =>
            pattern.Broken ?? replacement.Broken ?? new ReplacedFragment(name, all.HasValue, pattern.Fragments, replacement.Fragments)),
        Char('/').Optional(),
        Closed('/', depth),
        Closed('}', depth));

    private Parser<char, Parts> Closed(char stop, int depth) => Map(
        (parts, end) => new Parts(parts, Broken(parts) ?? (end.HasValue ? null : Missing(stop))),
        Word(stop, depth),
        Char(stop).Optional());

    private static Parser<char, Fragment> Unclosed(char stop) => End.ThenReturn((Fragment)Missing(stop));

    private static BrokenFragment Missing(char stop) => new("", $"Close it with '{stop}', or write \\$ for a dollar sign.") { Missing = stop };

    private static Fragment? Broken(IEnumerable<Fragment> parts) => parts.LastOrDefault() as BrokenFragment;

    private sealed record Parts(ImmutableArray<Fragment> Fragments, Fragment? Broken);
}
