using SharpBuild.Parser.Expansion;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Reading;

internal sealed partial class InstructionReader
{
    // Quotes and braces that do not match fail whatever the variables are: with every name set, only those errors remain.
    private void CheckSubstitutions(Instruction? instruction)
    {
        if (instruction is null)
        {
            return;
        }

        var expander = new VariableExpander(Escape);
        foreach (var word in WordsToCheck(instruction))
        {
            Check(word.Span, () => expander.Expand(word.Text, static _ => "x"));
        }

        foreach (var heredoc in ExpandedWords.HeredocsOf(instruction))
        {
            Check(heredoc.Span, () => expander.ExpandHeredoc(heredoc.Content, static _ => "x"));
        }
    }

    private void Check(SourceSpan span, Func<Expansion.Expansion> expand)
    {
        try
        {
            expand();
        }
        catch (ExpansionException problem)
        {
            diagnostics.Error(DiagnosticCodes.BadSubstitution, span, problem.Message, problem.Hint);
        }
    }

    private static IEnumerable<Word> WordsToCheck(Instruction instruction) => instruction switch
    {
        FromInstruction { Platform: { } platform } from => [from.Image, platform],
        FromInstruction from => [from.Image],
        ArgInstruction arg => arg.Declarations.Select(static d => d.Default).OfType<Word>(),
        ExposeInstruction expose => expose.Ports,
        RunInstruction => [],
        _ => ExpandedWords.Of(instruction),
    };
}
