using System.Collections.Immutable;
using SharpBuild.Parser;
using SharpBuild.Parser.Expansion;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Builder.Planning;

/// <summary>Expands the words of one Dockerfile and puts a failure at its place in the file.</summary>
internal sealed class Expander(Dockerfile dockerfile)
{
    private readonly VariableExpander words = new(dockerfile.Escape);

    /// <summary>The value of a word.</summary>
    public string Expand(Word word, Variables variables) => At(word.Span, () => words.Expand(word, name => variables[name]).Value);

    /// <summary>The values of a word that may hold several.</summary>
    public ImmutableArray<string> ExpandWords(Word word, Variables variables) => At(word.Span, () => words.ExpandWords(word, name => variables[name]));

    /// <summary>What follows the keyword of an instruction, as people are shown it.</summary>
    public string ForDisplay(string text, bool isForShell, Func<string, string?> lookup) => words.ExpandForDisplay(text, isForShell, lookup);

    /// <summary>The text of a heredoc.</summary>
    public string Expand(Heredoc heredoc, Variables variables) =>
        heredoc.Expand ? At(heredoc.Span, () => words.ExpandHeredoc(heredoc, name => variables[name]).Value) : heredoc.Content;

    /// <summary>An error of the instruction at <paramref name="span"/>.</summary>
    public DockerfileException Error(SourceSpan span, string code, string message, string? hint = null) => new(dockerfile.Source, span, code, message, hint);

    private T At<T>(SourceSpan span, Func<T> expand)
    {
        try
        {
            return expand();
        }
        catch (ExpansionException exception)
        {
            throw Error(span, "SB1510", exception.Message);
        }
    }
}
