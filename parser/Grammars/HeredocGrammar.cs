using System.Globalization;

namespace SharpBuild.Parser.Grammars;

/// <summary><c>3&lt;&lt;-NAME</c>.</summary>
internal static class HeredocGrammar
{
    private static readonly Parser<char, int> FileDescriptor =
        Digit.SkipMany().Slice(static (digits, _) =>
            int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0);

    private static readonly Parser<char, bool> Operator =
        String("<<").Then(Char('-').Optional()).Select(static dash => dash.HasValue);

    private static readonly Parser<char, string> Name =
        Token(char.IsWhiteSpace).SkipMany()
            .Then(Token(static c => c != '<').SkipAtLeastOnce().Slice(static (text, _) => text.ToString()));

    /// <summary>A whole word.</summary>
    public static Parser<char, HeredocParts> Word { get; } =
        Map(static (number, chomp, rest) => new HeredocParts(number, chomp, rest), FileDescriptor, Operator, Name).Before(End);
}

/// <summary>The parts of a word that opens a heredoc.</summary>
/// <param name="FileDescriptor">The number before the operator, or 0.</param>
/// <param name="Chomp">Whether the operator is <c>&lt;&lt;-</c>.</param>
/// <param name="Rest">The delimiter as written.</param>
internal sealed record HeredocParts(int FileDescriptor, bool Chomp, string Rest);
