using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Expansion;

/// <summary>Expands variables, quotes and escapes the way a Dockerfile has them: like a POSIX shell, with fewer forms.</summary>
/// <param name="escape">The Dockerfile's escape character.</param>
/// <remarks>Thread-safe: it has no state. A <see cref="Word"/> and a <see cref="Heredoc"/> are read once, however often they are expanded.</remarks>
public sealed class VariableExpander(char escape)
{
    /// <summary>Expands <paramref name="word"/> into one value.</summary>
    /// <param name="word">The word as written: quotes, escapes and <c>$</c>.</param>
    /// <param name="lookup">The value of a name; null when it is not set.</param>
    /// <exception cref="ExpansionException">The word is malformed or demands a variable that is missing.</exception>
    public Expansion Expand(string word, Func<string, string?> lookup)
    {
        ArgumentNullException.ThrowIfNull(word);
        return Expand(ExpansionTemplate.Parse(word, escape), lookup);
    }

    /// <inheritdoc cref="Expand(string, Func{string, string})"/>
    public Expansion Expand(Word word, Func<string, string?> lookup)
    {
        ArgumentNullException.ThrowIfNull(word);
        return Expand(word.GetTemplate(escape), lookup);
    }

    /// <summary>Expands <paramref name="word"/>, then splits it at blanks that are not quoted.</summary>
    /// <inheritdoc cref="Expand(string, Func{string, string})"/>
    public ImmutableArray<string> ExpandWords(string word, Func<string, string?> lookup)
    {
        ArgumentNullException.ThrowIfNull(word);
        return ExpandWords(ExpansionTemplate.Parse(word, escape), lookup);
    }

    /// <inheritdoc cref="ExpandWords(string, Func{string, string})"/>
    public ImmutableArray<string> ExpandWords(Word word, Func<string, string?> lookup)
    {
        ArgumentNullException.ThrowIfNull(word);
        return ExpandWords(word.GetTemplate(escape), lookup);
    }

    /// <summary>Expands the text of a heredoc: quotes mean nothing, and the escape character is always a backslash.</summary>
    /// <param name="text">The text.</param>
    /// <param name="lookup">The value of a name; null when it is not set.</param>
    /// <exception cref="ExpansionException">The text is malformed or demands a variable that is missing.</exception>
    [SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "One of the ways to use an expander; that this one ignores the escape character is a detail.")]
    public Expansion ExpandHeredoc(string text, Func<string, string?> lookup)
    {
        ArgumentNullException.ThrowIfNull(text);
        return ExpansionTemplate.ParseHeredoc(text).Expand(default, lookup);
    }

    /// <inheritdoc cref="ExpandHeredoc(string, Func{string, string})"/>
    [SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "As the other one.")]
    public Expansion ExpandHeredoc(Heredoc heredoc, Func<string, string?> lookup)
    {
        ArgumentNullException.ThrowIfNull(heredoc);
        return heredoc.GetTemplate().Expand(default, lookup);
    }

    /// <summary>Expands an instruction that is shown to people.</summary>
    /// <param name="text">What follows the keyword.</param>
    /// <param name="isForShell">Whether a shell reads it later: then quotes stay, and so does a variable that is not set.</param>
    /// <param name="lookup">The value of a name; null when it is not set.</param>
    /// <returns>The text unchanged when it cannot be expanded.</returns>
    public string ExpandForDisplay(string text, bool isForShell, Func<string, string?> lookup)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            return ExpansionTemplate.Parse(text, escape).Expand(new() { KeepsQuotes = isForShell, KeepsUnset = isForShell }, lookup).Value;
        }
        catch (ExpansionException)
        {
            return text;
        }
    }

    private static Expansion Expand(ExpansionTemplate template, Func<string, string?> lookup)
    {
        ArgumentNullException.ThrowIfNull(lookup);
        return template.Expand(default, lookup);
    }

    private static ImmutableArray<string> ExpandWords(ExpansionTemplate template, Func<string, string?> lookup)
    {
        ArgumentNullException.ThrowIfNull(lookup);
        var words = new WordList();
        template.Expand(default, lookup, words);
        return words.ToImmutable();
    }
}
