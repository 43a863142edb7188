using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Linting;

/// <summary>The checks about how instructions are written.</summary>
internal static class InstructionRules
{
    public static void ConsistentInstructionCasing(LintContext context)
    {
        Instruction[] instructions = [.. context.File.Stages.SelectMany(static s => s.Instructions.Prepend(s.From))];
        var lower = instructions.Count(static i => IsLower(i.WrittenKeyword.Text));
        var upper = instructions.Count(static i => IsUpper(i.WrittenKeyword.Text));
        var isLower = lower > upper;
        foreach (var instruction in instructions)
        {
            var word = instruction.WrittenKeyword;
            if (isLower ? !IsLower(word.Text) : !IsUpper(word.Text))
            {
                context.Report(
                    instruction,
                    word.Span,
                    $"'{word.Text}' is not in the same case as most instructions of the file.",
                    $"Write {(isLower ? word.Text.ToLowerInvariant() : word.Text.ToUpperInvariant())}.");
            }
        }
    }

    public static void NoEmptyContinuation(LintContext context)
    {
        foreach (var warning in context.File.Warnings)
        {
            context.Report(warning.Span, warning.Message, "Remove the line, or make it a comment.");
        }
    }

    public static void JsonArgsRecommended(LintContext context)
    {
        foreach (var facts in context.Model.Stages.SelectMany(static s => s.Instructions))
        {
            var command = facts.Instruction switch
            {
                CmdInstruction cmd => cmd.Command,
                EntrypointInstruction entrypoint => entrypoint.Command,
                _ => null,
            };
            if (command is ShellForm && !facts.Before.HasShell)
            {
                context.Report(
                    facts.Instruction,
                    command.Span,
                    $"{facts.Instruction.Keyword} in shell form puts a shell between the container and its program, which then gets no signals.",
                    $"Write {facts.Instruction.Keyword} [\"program\", \"argument\"], or set SHELL to say that a shell is wanted.");
            }
        }
    }

    public static void MaintainerDeprecated(LintContext context)
    {
        foreach (var maintainer in context.Instructions.OfType<MaintainerInstruction>())
        {
            context.Report(maintainer, maintainer.WrittenKeyword.Span, "MAINTAINER is deprecated.", $"Write LABEL org.opencontainers.image.authors=\"{maintainer.Name}\".");
        }
    }

    public static void MultipleInstructionsDisallowed(LintContext context)
    {
        foreach (var stage in context.Model.Stages)
        {
            foreach (var group in stage.Stage.Instructions.Where(IsOncePerStage).GroupBy(static i => i.Keyword, StringComparer.Ordinal))
            {
                // All but the last are without effect, and so the ones to point at.
                foreach (var instruction in group.SkipLast(1))
                {
                    context.Report(instruction, instruction.WrittenKeyword.Span, $"This {group.Key} has no effect: a later one in the stage replaces it.", "Remove it.");
                }
            }
        }
    }

    public static void LegacyKeyValueFormat(LintContext context)
    {
        foreach (var instruction in context.Model.Stages.SelectMany(static s => s.Stage.Instructions))
        {
            var pair = instruction switch
            {
                EnvInstruction { IsLegacy: true } env => env.Variables[0],
                LabelInstruction { IsLegacy: true } label => label.Labels[0],
                _ => null,
            };
            if (pair is not null)
            {
                context.Report(
                    instruction,
                    pair.Key.Span.Through(pair.Value.Span),
                    $"{instruction.Keyword} with a blank between name and value is the old form.",
                    $"Write {instruction.Keyword} {pair.Key.Text}=….");
            }
        }
    }

    public static void WorkdirRelativePath(LintContext context)
    {
        foreach (var (stage, facts) in context.Model.Stages.SelectMany(static s => s.Instructions, static (stage, facts) => (stage, facts)))
        {
            if (facts is { Instruction: WorkdirInstruction workdir, Before.HasWorkdir: false, Expansions: [(_, var path)] } && IsRelative(stage, path))
            {
                context.Report(
                    workdir,
                    workdir.Path.Span,
                    $"The relative directory {path.Value} depends on the base image, which may change.",
                    "Begin the path with a slash, or set an absolute WORKDIR first.");
            }
        }
    }

    public static void InvalidDefinitionDescription(LintContext context)
    {
        foreach (var instruction in context.Instructions)
        {
            string[] names = instruction switch
            {
                FromInstruction { Name: { } name } => [name.Text.ToLowerInvariant()],
                ArgInstruction arg => [.. arg.Declarations.Select(static d => d.Name.Text)],
                _ => [],
            };
            if (names.Length > 0 && instruction.Comments is [.., var comment] && !names.Contains(comment.Split(' ', 2)[0], StringComparer.Ordinal))
            {
                context.Report(
                    instruction,
                    instruction.WrittenKeyword.Span,
                    $"The comment above does not describe {names[0]}.",
                    $"Write # {names[0]} DESCRIPTION, or put an empty comment between.");
            }
        }
    }

    // Where the base image is not known, neither is what its variables hold, nor whether it is one for Windows.
    private static bool IsRelative(StageFacts stage, Expansion.Expansion path) =>
        !path.Value.StartsWith('/')
        && (stage.IsBaseKnown || path is { Used: [], Unset: [], Defaulted: [] })
        && !((stage.IsWindows || !stage.IsBaseKnown) && path.Value is ['\\', ..] or [_, ':', ..]);

    private static bool IsOncePerStage(Instruction instruction) =>
        instruction is CmdInstruction or EntrypointInstruction or HealthcheckInstruction;

    private static bool IsLower(string text) => !text.Any(char.IsAsciiLetterUpper);

    private static bool IsUpper(string text) => !text.Any(char.IsAsciiLetterLower);
}
