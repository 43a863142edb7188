using System.Collections.Immutable;
using System.Globalization;
using SharpBuild.Parser.Grammars;
using SharpBuild.Parser.Lexing;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Reading;

internal sealed partial class InstructionReader
{
    private CommandLine? ReadCommand(InstructionParts parts) => ReadCommand(parts.Arguments, parts.Heredocs);

    private CommandLine? ReadCommand(LineSlice text, ImmutableArray<Heredoc> heredocs) => ExecArray.Read(text, diagnostics) switch
    {
        { IsInvalid: true } => null,
        { Strings: { IsDefault: false } strings } => new ExecForm(text.Span, strings),
        _ => new ShellForm(text.Span, text.ToString(), heredocs),
    };

    private RunInstruction? ReadRun(InstructionParts parts, FlagSet flags)
    {
        var mounts = flags.Values("mount");
        foreach (var mount in mounts)
        {
            CheckMount(mount);
        }

        CheckChoice(flags.Value("network"), "network", "default", "none", "host");
        CheckChoice(flags.Value("security"), "security", "sandbox", "insecure");
        return ReadCommand(parts) is { } command
            ? new(parts.Span, command, mounts, flags.Value("network"), flags.Value("security"), flags.Values("device"))
            : null;
    }

    private void CheckChoice(Word? value, string flag, params string[] choices)
    {
        if (value is not null && !choices.Contains(value.Text, StringComparer.Ordinal))
        {
            diagnostics.Error(
                DiagnosticCodes.InvalidFlagValue,
                value.Span,
                $"'{value.Text}' is not a value for --{flag}.",
                Suggestion.Hint(value.Text, choices, ignoreCase: true) ?? $"Use one of {string.Join(", ", choices)}.");
        }
    }

    // What needs no variables is checked here, with its span; the rest when the builder knows them.
    private void CheckMount(Word mount)
    {
        if (mount.Text.AsSpan().IndexOfAny('$', Escape, '\'') < 0)
        {
            TryReadMount(mount);
        }
        else if (CsvGrammar.Fields.Parse(mount.Text) is { Success: true, Value: var fields } && fields.Any(IsExpandedFrom))
        {
            diagnostics.Error(
                DiagnosticCodes.VariableNotAllowed,
                mount.Span,
                "Variables are not expanded in a mount's from.",
                "Declare a stage with FROM $VARIABLE AS name and use from=name.");
        }
    }

    private void TryReadMount(Word mount)
    {
        try
        {
            MountOptions.Parse(mount.Text);
        }
        catch (MountSyntaxException problem)
        {
            diagnostics.Error(DiagnosticCodes.InvalidMount, mount.Span, problem.Message, problem.Hint);
        }
    }

    private static bool IsExpandedFrom(string field) =>
        field.StartsWith("from=", StringComparison.OrdinalIgnoreCase) && field.IndexOf('$', StringComparison.Ordinal) is >= 0 and var at && at < field.Length - 1;

    private ShellInstruction? ReadShell(InstructionParts parts)
    {
        var array = ExecArray.Read(parts.Arguments, diagnostics);
        if (array.IsInvalid)
        {
            return null;
        }

        if (array.Strings.IsDefault && !parts.Arguments.IsEmpty)
        {
            return Fail<ShellInstruction>(
                DiagnosticCodes.ShellNotJson, parts.Arguments.Span, "SHELL must be a JSON array of strings.", UsageOf("SHELL"));
        }

        return array.Strings.IsDefaultOrEmpty && !Missing(parts, "at least one argument") ? null : new(parts.Span, array.Strings);
    }

    private HealthcheckInstruction? ReadHealthcheck(InstructionParts parts, FlagSet flags)
    {
        if (!RequireArguments(parts))
        {
            return null;
        }

        var (kind, rest) = Blanks.SplitFirst(parts.Arguments);
        if (kind.Text.Equals("NONE", StringComparison.OrdinalIgnoreCase))
        {
            return rest.IsEmpty
                ? new(parts.Span, null, null, null, null, null, null)
                : Fail<HealthcheckInstruction>(DiagnosticCodes.MalformedHealthcheck, rest.Span, "HEALTHCHECK NONE takes no arguments.", "Remove what follows NONE.");
        }

        if (!kind.Text.Equals("CMD", StringComparison.OrdinalIgnoreCase))
        {
            return Fail<HealthcheckInstruction>(
                DiagnosticCodes.MalformedHealthcheck, kind.Span, $"HEALTHCHECK does not know {kind}.", UsageOf("HEALTHCHECK"));
        }

        var command = ReadCommand(rest, []);
        return command is ShellForm { Text: "" } or ExecForm { Arguments: [] }
            ? Fail<HealthcheckInstruction>(DiagnosticCodes.MalformedHealthcheck, kind.Span, "HEALTHCHECK CMD has no command.", UsageOf("HEALTHCHECK"))
            : command is null ? null : ReadHealthcheck(parts, flags, command);
    }

    private HealthcheckInstruction ReadHealthcheck(InstructionParts parts, FlagSet flags, CommandLine command) => new(
        parts.Span,
        command,
        ReadDuration(flags, "interval"),
        ReadDuration(flags, "timeout"),
        ReadDuration(flags, "start-period"),
        ReadDuration(flags, "start-interval"),
        ReadRetries(flags));

    private TimeSpan? ReadDuration(FlagSet flags, string flag)
    {
        if (flags.Value(flag) is not { Text.Length: > 0 } value)
        {
            return null;
        }

        var result = DurationGrammar.Duration.Parse(value.Text);
        if (!result.Success || Math.Abs(result.Value) > TimeSpan.MaxValue.TotalSeconds / 100)
        {
            diagnostics.Error(DiagnosticCodes.InvalidFlagValue, value.Span, $"'{value.Text}' is not a duration.", "Write a number with a unit, such as 30s or 1m30s.");
            return null;
        }

        if (result.Value is not 0 and < 0.001)
        {
            diagnostics.Error(DiagnosticCodes.InvalidFlagValue, value.Span, $"--{flag} is shorter than 1ms.", "Give 1ms or more, or 0 for the default.");
        }

        return TimeSpan.FromSeconds(result.Value);
    }

    private int? ReadRetries(FlagSet flags)
    {
        if (flags.Value("retries") is not { Text.Length: > 0 } value)
        {
            return null;
        }

        if (int.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var retries) && retries >= 0)
        {
            return retries;
        }

        diagnostics.Error(DiagnosticCodes.InvalidFlagValue, value.Span, $"'{value.Text}' is not a number of retries.", "Write 0 or more, such as --retries=3.");
        return null;
    }
}
