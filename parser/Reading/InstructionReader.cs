using System.Collections.Immutable;
using SharpBuild.Parser.Lexing;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Reading;

/// <summary>Makes an instruction of a logical line, or reports what is wrong with it.</summary>
internal sealed partial class InstructionReader(Diagnostics diagnostics)
{
    /// <summary>The keywords of all instructions.</summary>
    public static readonly ImmutableArray<string> Keywords =
    [
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
        "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    ];

    /// <summary>The escape character of the file.</summary>
    public char Escape { get; set; } = '\\';

    /// <summary>Reads an instruction; null when it is wrong, which has been reported then.</summary>
    public Instruction? Read(InstructionParts parts)
    {
        var before = diagnostics.ErrorCount;
        var flags = FlagSet.Read(parts, diagnostics);
        var instruction = ReadKeyword(parts, flags);
        CheckSubstitutions(instruction, parts);
        CheckPorts(instruction);
        CheckSignal(instruction);
        return instruction is null || diagnostics.ErrorCount > before
            ? null
            : instruction with
            {
                Text = parts.All.ToString(),
                Comments = parts.All.Line.Comments,
                WrittenKeyword = parts.Keyword.ToWord(),
            };
    }

    private Instruction? ReadKeyword(InstructionParts parts, FlagSet flags) => parts.Name switch
    {
        "ADD" => ReadAdd(parts, flags),
        "ARG" => ReadArg(parts),
        "CMD" => ReadCommand(parts) is { } command ? new CmdInstruction(parts.Span, command) : null,
        "COPY" => ReadCopy(parts, flags),
        "ENTRYPOINT" => ReadCommand(parts) is { } command ? new EntrypointInstruction(parts.Span, command) : null,
        "ENV" => ReadPairs(parts, out var isLegacy) is { } pairs ? new EnvInstruction(parts.Span, pairs, isLegacy) : null,
        "EXPOSE" => ReadWords(parts) is { } ports ? new ExposeInstruction(parts.Span, ports) : null,
        "FROM" => ReadFrom(parts, flags),
        "HEALTHCHECK" => ReadHealthcheck(parts, flags),
        "LABEL" => ReadPairs(parts, out var isLegacy) is { } pairs ? new LabelInstruction(parts.Span, pairs, isLegacy) : null,
        "MAINTAINER" => ReadText(parts) is { } name ? new MaintainerInstruction(parts.Span, name.Text) : null,
        "ONBUILD" => ReadOnBuild(parts),
        "RUN" => ReadRun(parts, flags),
        "SHELL" => ReadShell(parts),
        "STOPSIGNAL" => ReadText(parts) is { } signal ? new StopSignalInstruction(parts.Span, signal) : null,
        "USER" => ReadText(parts) is { } user ? new UserInstruction(parts.Span, user) : null,
        "VOLUME" => ReadVolume(parts),
        "WORKDIR" => ReadText(parts) is { } path ? new WorkdirInstruction(parts.Span, path) : null,
        _ => Fail(
            DiagnosticCodes.UnknownInstruction,
            parts.Keyword.Span,
            $"Unknown instruction {parts.Keyword}.",
            HintForUnknown(parts) ?? "If this line belongs to the one above, end that one with the escape character."),
    };

    private static string? HintForUnknown(InstructionParts parts) =>
        parts.Keyword.Text.ContainsAnyExceptInRange('!', '~') && parts.Name.Any(char.IsWhiteSpace)
            ? "The blank behind the keyword is not an ordinary one (it may be a non-breaking space): type it again."
            : Suggestion.Hint(parts.Name, Keywords);

    // All of the rest, blanks included, is one argument.
    private Word? ReadText(InstructionParts parts) => RequireArguments(parts, "one argument") ? parts.Arguments.ToWord() : null;

    private ImmutableArray<Word>? ReadWords(InstructionParts parts) =>
        RequireArguments(parts) ? [.. Blanks.Split(parts.Arguments).Select(static w => w.ToWord())] : null;

    private VolumeInstruction? ReadVolume(InstructionParts parts)
    {
        if (ReadList(parts) is not { } paths || (paths.IsEmpty && !Missing(parts, "at least one argument")))
        {
            return null;
        }

        foreach (var path in paths)
        {
            if (string.IsNullOrWhiteSpace(path.Text))
            {
                Fail(DiagnosticCodes.BlankName, path.Span, "The path of a volume is empty.", "Name the directory, such as /data.");
            }
        }

        return new(parts.Span, [.. paths.Select(static p => p with { Text = p.Text.Trim() })]);
    }

    private OnBuildInstruction? ReadOnBuild(InstructionParts parts)
    {
        if (!RequireArguments(parts))
        {
            return null;
        }

        var inner = InstructionParts.Split(parts.Arguments, Escape) with { Heredocs = parts.Heredocs };
        if (inner.Name is "ONBUILD" or "FROM" or "MAINTAINER")
        {
            return Fail<OnBuildInstruction>(
                DiagnosticCodes.InvalidTrigger, inner.Keyword.Span, $"ONBUILD cannot hold {inner.Name}.", "Any other instruction can follow.");
        }

        return Read(inner) is { } trigger ? new(parts.Span, trigger, TriggerText(parts)) : null;
    }

    // The image config keeps the heredocs as they were written, so that the child build reads them again.
    private static string TriggerText(InstructionParts parts)
    {
        var text = parts.All.Line.Text[parts.Arguments.Start..];
        return parts.Heredocs.IsEmpty
            ? text
            : text + string.Concat(parts.Heredocs.Select(static h => $"\n{h.RawContent}{h.Name}"));
    }

    private bool RequireArguments(InstructionParts parts, string what = "at least one argument") =>
        !parts.Arguments.IsEmpty || Missing(parts, what);

    private bool Missing(InstructionParts parts, string what)
    {
        Fail(DiagnosticCodes.WrongArgumentCount, parts.All.Span, $"{parts.Name} needs {what}.", UsageOf(parts.Name));
        return false;
    }

    private Instruction? Fail(string code, SourceSpan span, string message, string? hint) =>
        Fail<Instruction>(code, span, message, hint);

    private T? Fail<T>(string code, SourceSpan span, string message, string? hint)
        where T : class
    {
        diagnostics.Error(code, span, message, hint);
        return null;
    }

    private static string UsageOf(string keyword) => keyword switch
    {
        "ADD" or "COPY" => $"Write {keyword} SOURCE… DESTINATION.",
        "ARG" => "Write ARG NAME or ARG NAME=DEFAULT.",
        "ENV" or "LABEL" => $"Write {keyword} KEY=VALUE.",
        "EXPOSE" => "Write EXPOSE PORT, such as EXPOSE 8080.",
        "FROM" => "Write FROM IMAGE or FROM IMAGE AS NAME.",
        "HEALTHCHECK" => "Write HEALTHCHECK CMD COMMAND or HEALTHCHECK NONE.",
        "MAINTAINER" => "Write LABEL org.opencontainers.image.authors=… instead.",
        "ONBUILD" => "Write ONBUILD INSTRUCTION.",
        "SHELL" => "Write SHELL [\"/bin/bash\", \"-c\"].",
        "STOPSIGNAL" => "Write STOPSIGNAL SIGTERM.",
        "USER" => "Write USER NAME or USER UID:GID.",
        "VOLUME" => "Write VOLUME PATH.",
        _ => $"Write {keyword} PATH.",
    };
}
