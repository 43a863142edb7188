using System.Collections.Immutable;
using SharpBuild.Parser.Expansion;
using SharpBuild.Parser.Grammars;

namespace SharpBuild.Parser.Lexing;

/// <summary>A word that opens a heredoc: <c>&lt;&lt;EOF</c>, <c>&lt;&lt;-"EOF"</c>, <c>3&lt;&lt;EOF</c>.</summary>
/// <param name="Name">The delimiter, quotes removed.</param>
/// <param name="Expand">Whether variables in the body are expanded: no part of the delimiter is quoted.</param>
/// <param name="Chomp">Whether leading tabs are removed.</param>
/// <param name="FileDescriptor">The number before the operator, or 0.</param>
internal sealed record HeredocWord(string Name, bool Expand, bool Chomp, int FileDescriptor)
{
    // Heredocs are found before any variable is known; ${x} stays as it is.
    private static readonly ExpansionRules NameRules = new() { KeepsUnset = true };
    private static readonly ExpansionRules LineRules = new() { KeepsUnset = true, KeepsQuotes = true, KeepsEscapes = true };

    /// <summary>The heredocs that a line opens, in order; none when its quotes do not match.</summary>
    public static ImmutableArray<HeredocWord> FindAll(string line)
    {
        try
        {
            return [.. SplitWords(Read(line), LineRules).Select(TryParse).OfType<HeredocWord>()];
        }
        catch (ExpansionException)
        {
            return [];
        }
    }

    /// <summary>Reads one word; null when it opens no heredoc.</summary>
    public static HeredocWord? TryParse(string word)
    {
        if (!word.Contains("<<", StringComparison.Ordinal))
        {
            return null;
        }

        var result = HeredocGrammar.Word.Parse(word);
        return result.Success ? TryParse(result.Value) : null;
    }

    private static HeredocWord? TryParse(HeredocParts parts)
    {
        try
        {
            var template = Read(parts.Rest);
            return SplitWords(template, NameRules) is [var name] && SplitWords(template, NameRules with { KeepsQuotes = true }) is [var quoted]
                ? new(name, QuoteCount(name) == QuoteCount(quoted), parts.Chomp, parts.FileDescriptor)
                : null;
        }
        catch (ExpansionException)
        {
            return null;
        }
    }

    private static ExpansionTemplate Read(string text) => ExpansionTemplate.Parse(text, '\\');

    private static ImmutableArray<string> SplitWords(ExpansionTemplate template, ExpansionRules rules)
    {
        var words = new WordList();
        template.Expand(rules, static _ => null, words);
        return words.ToImmutable();
    }

    private static int QuoteCount(string text) => text.Count(static c => c is '\'' or '"');
}
