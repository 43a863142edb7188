using System.Collections.Immutable;
using SharpBuild.Parser.Expansion;
using SharpBuild.Parser.Ignoring;
using SharpBuild.Parser.Sources;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Linting;

/// <summary>The checks about variables, ports and files.</summary>
internal static class ValueRules
{
    private static readonly string[] SecretWords =
        ["apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd", "secret", "token"];

    private static readonly string[] HarmlessWords = ["public", "file", "version"];

    // A guess among more is noise, and comparing each word with each of them takes the square of time.
    private const int MostNames = 1000;

    // ARGs of these names steer the builder and never become variables.
    private static readonly string[] BuilderArguments = ["BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"];

    public static void UndefinedVar(LintContext context)
    {
        // An unknown base image may define anything.
        foreach (var facts in context.Model.Stages.Where(static s => s.IsBaseKnown).SelectMany(static s => s.Instructions))
        {
            foreach (var (word, result) in facts.Expansions)
            {
                ReportUndefined(context, facts, word, result);
            }
        }
    }

    public static void SecretsUsedInArgOrEnv(LintContext context)
    {
        foreach (var instruction in context.Model.Stages.SelectMany(static s => s.Stage.Instructions))
        {
            var names = instruction switch
            {
                ArgInstruction arg => arg.Declarations.Select(static d => d.Name),
                EnvInstruction env => env.Variables.Select(static v => v.Key),
                _ => [],
            };
            foreach (var name in names.Where(static n => IsSecret(n.Text)))
            {
                context.Report(
                    instruction,
                    name.Span,
                    $"{instruction.Keyword} {name.Text} looks like a secret, and would stay in the image or its history.",
                    $"Use RUN --mount=type=secret,id={name.Text.ToLowerInvariant()} instead.");
            }
        }
    }

    public static void CopyIgnoredFile(LintContext context)
    {
        if (context.Options.IgnoreFile is not { HasExceptions: false, IsEmpty: false } ignore)
        {
            return;
        }

        foreach (var (instruction, word, path) in LocalSources(context))
        {
            var clean = CleanPath.Of(path).TrimStart('/');
            var isRoot = clean is "." or "";
            if (isRoot ? ignore.Patterns.Any(static p => p is "*" or "**" or "**/*") : ignore.IsIgnored(clean, isDirectory: false))
            {
                context.Report(
                    instruction, word.Span, $"{(isRoot ? "The context" : clean)} is left out by the ignore file.", "Take the pattern out of .dockerignore, or copy something else.");
            }
        }
    }

    public static void ExposeProtoCasing(LintContext context)
    {
        foreach (var (instruction, word, text, port) in Ports(context))
        {
            if (port.Protocol.Any(char.IsAsciiLetterUpper))
            {
                context.Report(instruction, word.Span, $"The protocol of {text} is not in lower case.", $"Write {port.Protocol.ToLowerInvariant()}.");
            }
        }
    }

    public static void ExposeInvalidFormat(LintContext context)
    {
        foreach (var (instruction, word, text, port) in Ports(context))
        {
            if (port.HasHostPart)
            {
                context.Report(instruction, word.Span, $"{text} has an address or port of the host, which EXPOSE does not use.", $"Write {port.Names[0]}; publish ports when the container is started.");
            }
        }
    }

    /// <summary>The sources of COPY and ADD that are paths in the context, expanded.</summary>
    internal static IEnumerable<(Instruction Instruction, Word Word, string Path)> LocalSources(LintContext context)
    {
        foreach (var facts in context.Model.Stages.SelectMany(static s => s.Instructions))
        {
            var sources = facts.Instruction switch
            {
                CopyInstruction { From: null } copy => copy.Sources,
                AddInstruction add => add.Sources,
                _ => [],
            };
            foreach (var source in sources.OfType<PathSource>())
            {
                var path = facts.Expansions.FirstOrDefault(e => ReferenceEquals(e.Word, source.Path)).Result.Value;
                if (path is not null && !IsRemote(path))
                {
                    yield return (facts.Instruction, source.Path, path);
                }
            }
        }
    }

    private static void ReportUndefined(LintContext context, InstructionFacts facts, Word word, Expansion.Expansion result)
    {
        foreach (var name in result.Unset.Concat(result.Defaulted))
        {
            if (facts.Before.Declared.Contains(name) || IsDeclaredBy(facts.Instruction, name) || BuilderArguments.Contains(name, StringComparer.Ordinal))
            {
                continue;
            }

            var known = facts.Before.Environment;
            var hint = known.Count <= MostNames ? Suggestion.Find(name, known.Keys.Order(StringComparer.Ordinal)) : null;
            context.Report(
                facts.Instruction, word.Span, $"The variable ${name} is not defined here.", hint is null ? $"Define it with ARG {name} or ENV {name}=… before." : $"Did you mean ${hint}?");
        }
    }

    private static bool IsDeclaredBy(Instruction instruction, string name) =>
        instruction is ArgInstruction arg && arg.Declarations.Any(d => d.Name.Text == name);

    private static bool IsSecret(string name)
    {
        var words = name.Split('_');
        return words.Any(static w => SecretWords.Contains(w, StringComparer.OrdinalIgnoreCase))
            && !words.Any(static w => HarmlessWords.Contains(w, StringComparer.OrdinalIgnoreCase));
    }

    private static IEnumerable<(Instruction Instruction, Word Word, string Text, PortSpec Port)> Ports(LintContext context)
    {
        var expander = new VariableExpander(context.File.Escape);
        foreach (var facts in context.Model.Stages.SelectMany(static s => s.Instructions))
        {
            if (facts.Instruction is not ExposeInstruction expose)
            {
                continue;
            }

            foreach (var word in expose.Ports)
            {
                foreach (var text in TryExpandWords(expander, word, facts.Before))
                {
                    if (PortSpec.TryParse(text, out var port, out _))
                    {
                        yield return (expose, word, text, port);
                    }
                }
            }
        }
    }

    private static ImmutableArray<string> TryExpandWords(VariableExpander expander, Word word, StageState state)
    {
        try
        {
            return expander.ExpandWords(word, state.Environment.GetValueOrDefault);
        }
        catch (ExpansionException)
        {
            return [];
        }
    }

    private static bool IsRemote(string path)
    {
        try
        {
            return RemoteSource.TryParse(path, out _);
        }
        catch (SourceSyntaxException)
        {
            return true;
        }
    }
}
