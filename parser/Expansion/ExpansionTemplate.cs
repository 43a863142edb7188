using System.Collections.Immutable;
using SharpBuild.Parser.Grammars;

namespace SharpBuild.Parser.Expansion;

/// <summary>A word, or the body of a heredoc, read once and expanded as often as needed. Thread-safe.</summary>
internal sealed class ExpansionTemplate
{
    private readonly ImmutableArray<Fragment> fragments;

    private ExpansionTemplate(string text, char escape, ImmutableArray<Fragment> fragments) => (Text, Escape, this.fragments) = (text, escape, fragments);

    /// <summary>The text that was read.</summary>
    public string Text { get; }

    /// <summary>The escape character that it was read with.</summary>
    public char Escape { get; }

    /// <summary>Reads a word; what is wrong with it is told when it is checked or expanded.</summary>
    public static ExpansionTemplate Parse(string text, char escape) => text.AsSpan().IndexOfAny(['$', '\'', '"', '<', escape]) < 0
        ? new(text, escape, text.Length == 0 ? [] : [new TextFragment(text)])
        : new(text, escape, ExpansionGrammar.For(escape).Text.ParseOrThrow(text));

    /// <summary>Reads the body of a heredoc: quotes mean nothing, and the escape character is always a backslash.</summary>
    public static ExpansionTemplate ParseHeredoc(string text) => text.AsSpan().IndexOfAny('$', '\\') < 0
        ? new(text, '\\', text.Length == 0 ? [] : [new TextFragment(text)])
        : new(text, '\\', ExpansionGrammar.Heredoc.Text.ParseOrThrow(text));

    /// <summary>What is wrong whatever the variables are; null when nothing is.</summary>
    public ExpansionException? FindProblem()
    {
        try
        {
            ThrowIfBroken();
            PatternCheck.Run(fragments);
            return null;
        }
        catch (ExpansionException problem)
        {
            return problem;
        }
    }

    /// <summary>Expands it.</summary>
    /// <param name="rules">What stays as written.</param>
    /// <param name="lookup">The value of a name; null when it is not set.</param>
    /// <param name="words">Gets the words of the value; null when nobody splits it.</param>
    /// <exception cref="ExpansionException">The text is malformed, or demands a variable that is missing.</exception>
    public Expansion Expand(ExpansionRules rules, Func<string, string?> lookup, WordList? words = null)
    {
        ThrowIfBroken();
        if (fragments is [TextFragment only] && words is null)
        {
            return new(only.Text, []);
        }

        var names = new NameUses(lookup);
        var value = new ExpansionEvaluator(rules, names).Evaluate(fragments, rules.KeepsEscapes, words);
        return new(value, names.Unset) { Defaulted = names.Defaulted, Used = names.Used };
    }

    private void ThrowIfBroken()
    {
        if (fragments is [.., BrokenFragment broken])
        {
            var message = broken.Missing is { } missing ? $"A '{missing}' is missing in the substitution at \"{Shorten(Text)}\"." : broken.Message;
            throw new ExpansionException(message, broken.Hint);
        }
    }

    private static string Shorten(string value) => value.Length <= 40 ? value : string.Concat(value.AsSpan(0, 40), "…");
}
