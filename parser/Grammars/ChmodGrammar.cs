using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Grammars;

/// <summary>Permissions as chmod(1) takes them: <c>0755</c> or <c>u=rwX,go=rX</c>.</summary>
internal static class ChmodGrammar
{
    private static readonly Parser<char, string> Who =
        Token(static c => c is 'u' or 'g' or 'o' or 'a').SkipMany().Slice(static (text, _) => text.ToString());

    private static readonly Parser<char, ChmodAction> Action = Map(
        static (operation, permissions) => new ChmodAction(operation, permissions),
        Token(static c => c is '+' or '-' or '=').Labelled("one of + - ="),
        Token(static c => c is 'r' or 'w' or 'x' or 'X' or 's' or 't' or 'u' or 'g' or 'o').SkipMany()
            .Slice(static (text, _) => text.ToString()));

    private static readonly Parser<char, ChmodClause> Clause = Map(
        static (who, actions) => new ChmodClause(who, [.. actions]), Who, Action.AtLeastOnce());

    /// <summary>Octal digits that fit into 07777.</summary>
    public static Parser<char, int> Octal { get; } =
        Token(static c => c is >= '0' and <= '7').SkipAtLeastOnce()
            .Slice(static (digits, _) => Parse(digits))
            .Before(End)
            .Assert(static mode => mode <= 0xFFF, "The mode is larger than 07777.");

    /// <summary>Clauses of a symbolic mode.</summary>
    public static Parser<char, ChmodClause[]> Symbolic { get; } =
        Clause.SeparatedAtLeastOnce(Char(',')).Select(static clauses => clauses.ToArray()).Before(End);

    private static int Parse(ReadOnlySpan<char> digits)
    {
        var value = 0;
        foreach (var digit in digits)
        {
            value = Math.Min((value * 8) + (digit - '0'), ushort.MaxValue);
        }

        return value;
    }
}
