using SharpBuild.Parser.Expansion;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Linting;

/// <summary>Expansion that may fail: the build reports a broken word by itself.</summary>
internal static class Expansions
{
    /// <summary>Expands a word; null when that fails.</summary>
    public static Expansion.Expansion? TryExpand(VariableExpander expander, Word word, Func<string, string?> lookup)
    {
        try
        {
            return expander.Expand(word, lookup);
        }
        catch (ExpansionException)
        {
            return null;
        }
    }
}
