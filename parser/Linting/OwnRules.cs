using System.Buffers;
using SharpBuild.Parser.Ignoring;
using SharpBuild.Parser.Lexing;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Linting;

/// <summary>The checks that BuildKit does not have.</summary>
internal static class OwnRules
{
    private static readonly SearchValues<string> Errexit =
        SearchValues.Create(["set -e", "set -o errexit", "set -xe", "set -ue", "set -uxe", "set -xue"], StringComparison.Ordinal);

    // Arguments that builds take without an ARG.
    private static readonly string[] Predefined =
        ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY", "SOURCE_DATE_EPOCH"];

    public static void HeredocHidesFailures(LintContext context)
    {
        foreach (var facts in context.Model.Stages.SelectMany(static s => s.Instructions))
        {
            if (facts is { Instruction: RunInstruction { Command: ShellForm { Heredocs: [var heredoc] } shell } run, Before.HasShell: false }
                && HeredocWord.TryParse(shell.Text) is not null
                && HidesFailures(heredoc.Content))
            {
                context.Report(run, shell.Span, "A failing line of this heredoc does not fail the build: only its last line counts.", "Begin the text with set -e.");
            }
        }
    }

    public static void UnknownBuildArgument(LintContext context)
    {
        string[] declared = [.. context.Instructions.OfType<ArgInstruction>().SelectMany(static a => a.Declarations).Select(static d => d.Name.Text)];
        foreach (var name in context.Options.BuildArguments.Keys.Order(StringComparer.Ordinal))
        {
            if (!declared.Contains(name, StringComparer.Ordinal) && !IsPredefined(name, context.Options))
            {
                var place = context.Instructions.First();
                context.Report(
                    place.WrittenKeyword.Span, $"The build argument {name} is given, but no ARG declares it.", Suggestion.Hint(name, declared) ?? $"Add ARG {name}, or leave the argument out.");
            }
        }
    }

    public static void AptUpdateAlone(LintContext context)
    {
        foreach (var run in context.Model.Stages.SelectMany(static s => s.Stage.Instructions).OfType<RunInstruction>())
        {
            var text = run.Command is ShellForm shell ? shell.Text + string.Concat(shell.Heredocs.Select(static h => h.Content)) : "";
            if ((HasWords(text, "apt-get update") || HasWords(text, "apt update")) && !text.Contains("install", StringComparison.Ordinal) && !text.Contains("upgrade", StringComparison.Ordinal))
            {
                context.Report(
                    run, run.Command.Span, "apt-get update alone in a RUN is cached, and a later install then works with old package lists.", "Put update and install into one RUN: apt-get update && apt-get install -y ….");
            }
        }
    }

    public static void MalformedExecForm(LintContext context)
    {
        foreach (var instruction in context.Model.Stages.SelectMany(static s => s.Stage.Instructions))
        {
            var command = instruction switch
            {
                RunInstruction run => run.Command,
                CmdInstruction cmd => cmd.Command,
                EntrypointInstruction entrypoint => entrypoint.Command,
                HealthcheckInstruction healthcheck => healthcheck.Command,
                _ => null,
            };
            if (command is ShellForm { Text: ['[', '"' or '\'', ..] } shell)
            {
                context.Report(
                    instruction, shell.Span, "This looks like a JSON array but is none, and so is run by the shell.", "Use double quotes, commas between, and nothing behind the closing bracket.");
            }
        }
    }

    public static void CopySourceMissing(LintContext context)
    {
        if (context.Options.ContextContains is not { } contains)
        {
            return;
        }

        foreach (var (instruction, word, path) in ValueRules.LocalSources(context))
        {
            var clean = CleanPath.Of(path).TrimStart('/');
            if (clean is not ("." or "") && !PathPattern.IsPattern(path) && !contains(clean))
            {
                context.Report(instruction, word.Span, $"The build context has no {clean}.", "Check the spelling and the ignore file; paths count from the context's root.");
            }
        }
    }

    private static bool HidesFailures(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Count(static l => !l.StartsWith('#'));
        return lines > 1 && !text.StartsWith("#!", StringComparison.Ordinal) && !text.AsSpan().ContainsAny(Errexit);
    }

    private static bool IsPredefined(string name, LintOptions options) =>
        name.StartsWith("BUILDKIT_", StringComparison.Ordinal)
        || options.PlatformArguments.ContainsKey(name)
        || Predefined.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static bool HasWords(string text, string words)
    {
        var at = text.IndexOf(words, StringComparison.Ordinal);
        return at >= 0 && (at + words.Length == text.Length || !char.IsLetterOrDigit(text[at + words.Length]));
    }
}
