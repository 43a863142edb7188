using SharpBuild.Parser.Expansion;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Reading;

internal sealed partial class InstructionReader
{
    // Quotes and braces that do not match fail whatever the variables are.
    private void CheckSubstitutions(Instruction? instruction, InstructionParts parts)
    {
        if (instruction is null || (parts.Heredocs.IsEmpty && parts.Arguments.Text.IndexOfAny(['$', '\'', '"', Escape]) < 0 && parts.Flags.IsEmpty))
        {
            return;
        }

        foreach (var word in WordsToCheck(instruction))
        {
            Check(word.GetTemplate(Escape), word.Span);
        }

        foreach (var heredoc in ExpandedWords.HeredocsOf(instruction))
        {
            Check(heredoc.GetTemplate(), heredoc.Span);
        }
    }

    private void Check(ExpansionTemplate template, SourceSpan span)
    {
        if (template.FindProblem() is { } problem)
        {
            diagnostics.Error(DiagnosticCodes.BadSubstitution, span, problem.Message, problem.Hint);
        }
    }

    // A port or signal with variables is the builder's to check.
    private void CheckPorts(Instruction? instruction)
    {
        foreach (var port in instruction is ExposeInstruction expose ? expose.Ports : [])
        {
            if (port.Text.AsSpan().IndexOfAny(['$', '\'', '"', Escape]) < 0 && !PortSpec.TryParse(port.Text, out _, out var problem))
            {
                diagnostics.Error(DiagnosticCodes.InvalidPort, port.Span, problem, "Write EXPOSE 80, EXPOSE 53/udp or EXPOSE 8000-8010.");
            }
        }
    }

    private void CheckSignal(Instruction? instruction)
    {
        if (instruction is StopSignalInstruction { Signal: var signal } && signal.Text.AsSpan().IndexOfAny(['$', '\'', '"', Escape]) < 0 && !SignalName.IsValid(signal.Text))
        {
            diagnostics.Error(
                DiagnosticCodes.InvalidSignal, signal.Span, $"'{signal.Text}' is not a signal.", SignalName.Hint(signal.Text) ?? "Write a name such as SIGTERM, or a number.");
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
