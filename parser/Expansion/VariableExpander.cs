using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace SharpBuild.Parser.Expansion;

/// <summary>Expands variables, quotes and escapes the way a Dockerfile has them: like a POSIX shell, with fewer forms.</summary>
/// <param name="escape">The Dockerfile's escape character.</param>
/// <remarks>Thread-safe: it has no state.</remarks>
public sealed class VariableExpander(char escape)
{
    /// <summary>Expands <paramref name="word"/> into one value.</summary>
    /// <param name="word">The word as written: quotes, escapes and <c>$</c>.</param>
    /// <param name="lookup">The value of a name; null when it is not set.</param>
    /// <exception cref="ExpansionException">The word is malformed or demands a variable that is missing.</exception>
    public Expansion Expand(string word, Func<string, string?> lookup) =>
        word.AsSpan().IndexOfAny(stackalloc[] { '$', '\'', '"', escape }) < 0
            ? new(word, [])
            : Run(word, new(escape), lookup, words: null);

    /// <summary>Expands <paramref name="word"/>, then splits it at blanks that are not quoted.</summary>
    /// <inheritdoc cref="Expand"/>
    public ImmutableArray<string> ExpandWords(string word, Func<string, string?> lookup)
    {
        var words = new WordList();
        Run(word, new(escape), lookup, words);
        return words.ToImmutable();
    }

    /// <summary>Expands the text of a heredoc: quotes mean nothing, and the escape character is always a backslash.</summary>
    /// <param name="text">The text.</param>
    /// <param name="lookup">The value of a name; null when it is not set.</param>
    /// <exception cref="ExpansionException">The text is malformed or demands a variable that is missing.</exception>
    [SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "One of three ways to use an expander; that this one ignores the escape character is a detail.")]
    public Expansion ExpandHeredoc(string text, Func<string, string?> lookup) =>
        text.AsSpan().IndexOfAny('$', '\\') < 0
            ? new(text, [])
            : Run(text, new('\\') { KeepsQuotes = true, QuotesMeanNothing = true }, lookup, words: null);

    /// <summary>Expands an instruction that is shown to people.</summary>
    /// <param name="text">What follows the keyword.</param>
    /// <param name="isForShell">Whether a shell reads it later: then quotes stay, and so does a variable that is not set.</param>
    /// <param name="lookup">The value of a name; null when it is not set.</param>
    /// <returns>The text unchanged when it cannot be expanded.</returns>
    public string ExpandForDisplay(string text, bool isForShell, Func<string, string?> lookup)
    {
        try
        {
            return Run(text, new(escape) { KeepsQuotes = isForShell, KeepsUnset = isForShell }, lookup, words: null).Value;
        }
        catch (ExpansionException)
        {
            return text;
        }
    }

    internal static Expansion Run(string text, ExpansionRules rules, Func<string, string?> lookup, WordList? words)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(lookup);
        var names = new NameUses(lookup);
        var value = new ExpansionScanner(text, rules, names).ReadAll(words);
        return new(value, names.Unset) { Defaulted = names.Defaulted, Used = names.Used };
    }
}
