namespace SharpBuild.Parser.Grammars;

/// <summary>One line of comma separated values, as <c>--mount</c> and <c>--device</c> have it.</summary>
internal static class CsvGrammar
{
    private static readonly Parser<char, string> Plain =
        Token(static c => c is not (',' or '"')).SkipMany().Slice(static (text, _) => text.ToString());

    private static readonly Parser<char, string> Quoted =
        Token(static c => c != '"').Or(Try(Char('"').Then(Char('"')))).ManyString()
            .Between(Char('"'), Char('"'));

    /// <summary>The fields of a whole text, at least one.</summary>
    public static Parser<char, string[]> Fields { get; } =
        Quoted.Or(Plain).SeparatedAtLeastOnce(Char(',')).Select(static fields => fields.ToArray()).Before(End);
}
