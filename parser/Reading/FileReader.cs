using System.Collections.Immutable;
using SharpBuild.Parser.Lexing;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Reading;

/// <summary>Reads a file instruction by instruction, goes on after errors, and sorts what it read into stages.</summary>
internal sealed class FileReader
{
    private readonly SourceText source;
    private readonly Diagnostics diagnostics = new();
    private readonly Directives directives;
    private readonly LogicalLines lines;
    private readonly InstructionReader reader;
    private bool isStray;

    /// <summary>Reads <paramref name="source"/>, with an escape character that a directive may change.</summary>
    public FileReader(SourceText source, char escape = '\\')
    {
        this.source = source;
        directives = new(source, diagnostics, escape);
        lines = new(source, diagnostics, directives);
        reader = new(diagnostics);
    }

    /// <summary>Reads the whole file.</summary>
    public ParseResult Read()
    {
        FrontendSyntax.Check(source, diagnostics);
        if (diagnostics.ErrorCount > 0)
        {
            // In another language nothing that follows would make sense.
            return new(source, null, diagnostics.Errors);
        }

        var stages = new StageBuilder(diagnostics);
        while (lines.Read() is { } line)
        {
            ReadInstruction(line, stages);
        }

        var (globalArgs, found) = stages.Build(source);
        var errors = diagnostics.Errors;
        return errors.IsEmpty
            ? new(source, new(source, directives.Found, globalArgs, found, diagnostics.Warnings), [])
            : new(source, null, errors);
    }

    /// <summary>Reads a text that must hold exactly one instruction.</summary>
    public Instruction ReadSingle()
    {
        var instruction = lines.Read() is { } line ? ReadInstruction(line) : null;
        if (instruction is null || lines.Read() is not null)
        {
            diagnostics.Error(DiagnosticCodes.InvalidTrigger, new(0, source.Content.Length), "An ONBUILD trigger must be exactly one instruction.");
        }

        return diagnostics.ErrorCount == 0 ? instruction! : throw new DockerfileException(source, diagnostics.Errors);
    }

    private void ReadInstruction(LogicalLine line, StageBuilder stages)
    {
        if (ReadInstruction(line) is { } instruction)
        {
            stages.Add(instruction);
        }
        else
        {
            stages.AddBroken(line.All.Trim());
        }
    }

    private Instruction? ReadInstruction(LogicalLine line)
    {
        if (line.EmptyContinuation is { } blank)
        {
            diagnostics.Warn("SB2004", blank, "A blank line stands inside a continued instruction.", "NoEmptyContinuation");
        }

        reader.Escape = directives.Escape;
        var parts = InstructionParts.Split(line.All, directives.Escape);
        if (parts.Keyword.IsEmpty)
        {
            diagnostics.Error(
                DiagnosticCodes.DanglingContinuation, parts.All.Span, "This continuation has nothing to continue.", "Remove the escape character that stands alone.");
            return null;
        }

        parts = parts with { Heredocs = ReadHeredocs(parts) };
        return IsStrayAgain(parts) ? null : reader.Read(parts);
    }

    // A forgotten continuation makes every following line an unknown instruction: the first one is enough.
    private bool IsStrayAgain(InstructionParts parts)
    {
        var wasStray = isStray;
        isStray = !InstructionReader.Keywords.Contains(parts.Name) && Suggestion.Find(parts.Name, InstructionReader.Keywords) is null;
        return isStray && wasStray;
    }

    private ImmutableArray<Heredoc> ReadHeredocs(InstructionParts parts)
    {
        if (!parts.All.Text.Contains("<<", StringComparison.Ordinal) || !CanHoldHeredocs(parts))
        {
            return [];
        }

        var heredocs = ImmutableArray.CreateBuilder<Heredoc>();
        foreach (var word in HeredocWord.FindAll(parts.All.Line.Text))
        {
            if (lines.ReadHeredoc(word) is { } heredoc)
            {
                heredocs.Add(heredoc);
                continue;
            }

            diagnostics.Error(
                DiagnosticCodes.UnterminatedHeredoc,
                SpanOf(word, parts),
                $"The heredoc {word.Name} is never closed.",
                $"Add a line that is just {word.Name}, with no blanks before or after it.");
            break;
        }

        return heredocs.ToImmutable();
    }

    private bool CanHoldHeredocs(InstructionParts parts) => NearestKeyword(parts.Name) switch
    {
        "ONBUILD" when InstructionParts.Split(parts.Arguments, directives.Escape) is { Name: not "ONBUILD" } inner => CanHoldHeredocs(inner),
        "ADD" or "COPY" or "RUN" => !ExecArray.IsExec(parts.Arguments),
        _ => false,
    };

    // A misspelt RUN still owns its heredoc; else each line of the text would be an error of its own.
    private static string NearestKeyword(string name) =>
        InstructionReader.Keywords.Contains(name) ? name : Suggestion.Find(name, InstructionReader.Keywords) ?? name;

    private static SourceSpan SpanOf(HeredocWord word, InstructionParts parts)
    {
        foreach (var candidate in Blanks.Split(parts.Arguments))
        {
            if (HeredocWord.TryParse(candidate.ToString())?.Name == word.Name)
            {
                return candidate.Span;
            }
        }

        return parts.All.Span;
    }
}
