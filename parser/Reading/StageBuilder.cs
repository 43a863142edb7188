using System.Collections.Immutable;
using SharpBuild.Parser.Lexing;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Reading;

/// <summary>Sorts instructions into global ARGs and stages.</summary>
internal sealed class StageBuilder(Diagnostics diagnostics)
{
    private readonly ImmutableArray<ArgInstruction>.Builder globalArgs = ImmutableArray.CreateBuilder<ArgInstruction>();
    private readonly ImmutableArray<Stage>.Builder stages = ImmutableArray.CreateBuilder<Stage>();
    private readonly ImmutableArray<Instruction>.Builder instructions = ImmutableArray.CreateBuilder<Instruction>();
    private FromInstruction? from;
    private bool isEmpty = true;
    private bool hasFrom;

    /// <summary>Adds the next instruction.</summary>
    public void Add(Instruction instruction)
    {
        isEmpty = false;
        switch (instruction)
        {
            case FromInstruction next:
                Close();
                from = next;
                hasFrom = true;
                break;
            case ArgInstruction arg when !hasFrom:
                globalArgs.Add(arg);
                break;
            default:
                CheckPlace(instruction);
                instructions.Add(instruction);
                break;
        }
    }

    /// <summary>Notes a line that could not be read: a broken FROM is a FROM all the same.</summary>
    public void AddBroken(LineSlice line)
    {
        isEmpty = false;
        hasFrom |= Blanks.SplitFirst(line).Head.Text.Equals("FROM", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The global ARGs and the stages; a file without any is an error.</summary>
    public (ImmutableArray<ArgInstruction> GlobalArgs, ImmutableArray<Stage> Stages) Build(SourceText source)
    {
        Close();
        if (!hasFrom && diagnostics.ErrorCount == 0)
        {
            diagnostics.Error(
                DiagnosticCodes.NoStages,
                new(0, Math.Min(source.Content.Length, source.GetLine(1).Length)),
                isEmpty ? "The Dockerfile is empty." : "The Dockerfile has no stage.",
                "Add a FROM instruction, such as FROM debian:13.");
        }

        return (globalArgs.ToImmutable(), stages.ToImmutable());
    }

    private void CheckPlace(Instruction instruction)
    {
        if (hasFrom)
        {
            return;
        }

        // Once is enough: all that follows up to the first FROM is misplaced for the same reason.
        hasFrom = true;
        diagnostics.Error(
            DiagnosticCodes.InstructionBeforeFrom,
            instruction.WrittenKeyword.Span,
            $"{instruction.Keyword} stands before the first FROM.",
            "Begin with FROM; only ARG may come before it.");
    }

    private void Close()
    {
        if (from is not null)
        {
            stages.Add(new(from, instructions.DrainToImmutable()));
        }

        instructions.Clear();
    }
}
