using SharpBuild.Parser.Grammars;

namespace SharpBuild.Parser.Linting;

/// <summary>The checks about FROM and the names of stages.</summary>
internal static class StageRules
{
    public static void StageNameCasing(LintContext context)
    {
        foreach (var from in context.File.Stages.Select(static s => s.From))
        {
            if (from.Name is { } name && name.Text.Any(char.IsAsciiLetterUpper))
            {
                context.Report(from, name.Span, $"The stage name {name.Text} is not in lower case.", $"Write {name.Text.ToLowerInvariant()}: stage names are the same in any case.");
            }
        }
    }

    public static void FromAsCasing(LintContext context)
    {
        foreach (var from in context.File.Stages.Select(static s => s.From))
        {
            var keyword = from.WrittenKeyword.Text;
            var wanted = IsLower(keyword) ? "as" : IsUpper(keyword) ? "AS" : null;
            if (from.As is { } word && wanted is not null && word.Text != wanted)
            {
                context.Report(from, word.Span, $"'{word.Text}' is not in the same case as '{keyword}'.", $"Write {wanted}.");
            }
        }
    }

    public static void DuplicateStageName(LintContext context)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var from in context.File.Stages.Select(static s => s.From))
        {
            if (from.Name is { } name && !seen.Add(name.Text))
            {
                context.Report(from, name.Span, $"There is an earlier stage named {name.Text}.", "Give each stage a name of its own: the later one hides the earlier.");
            }
        }
    }

    public static void ReservedStageName(LintContext context)
    {
        foreach (var from in context.File.Stages.Select(static s => s.From))
        {
            if (from.Name is { } name && name.Text.ToLowerInvariant() is "scratch" or "context")
            {
                context.Report(from, name.Span, $"The stage name {name.Text} is reserved.", "Choose another name.");
            }
        }
    }

    public static void UndefinedArgInFrom(LintContext context)
    {
        foreach (var stage in context.Model.Stages)
        {
            var from = stage.Stage.From;
            ReportUndeclared(context, stage, stage.Image, from.Image.Span);
            ReportUndeclared(context, stage, stage.Platform, from.Platform?.Span ?? from.Span);
        }
    }

    public static void InvalidDefaultArgInFrom(LintContext context)
    {
        foreach (var stage in context.Model.Stages)
        {
            if (stage.DefaultImage is { } image && !ImageNameGrammar.IsImageName(image))
            {
                var from = stage.Stage.From;
                context.Report(
                    from,
                    from.Image.Span,
                    $"Without build arguments {from.Image.Text} is not an image name.",
                    "Give the ARG a default that makes one.");
            }
        }
    }

    public static void InvalidBaseImagePlatform(LintContext context)
    {
        foreach (var stage in context.Model.Stages)
        {
            if (stage.BaseImage is { Platform: { } actual, WantedPlatform: var wanted } && !IsSameMachine(actual, wanted))
            {
                var from = stage.Stage.From;
                context.Report(from, from.Image.Span, $"The base image {stage.Image?.Value} is for {actual}, while {wanted} is built.", "Use an image that has this platform, or set --platform.");
            }
        }
    }

    public static void RedundantTargetPlatform(LintContext context)
    {
        foreach (var stage in context.Model.Stages)
        {
            if (stage.Platform is { Used: ["TARGETPLATFORM"], Unset: [], Defaulted: [] } platform
                && platform.Value == context.Options.PlatformArguments.GetValueOrDefault("TARGETPLATFORM"))
            {
                var word = stage.Stage.From.Platform!;
                context.Report(stage.Stage.From, word.Span, $"--platform={word.Text} is the default.", "Leave the flag out.");
            }
        }
    }

    public static void FromPlatformFlagConstDisallowed(LintContext context)
    {
        foreach (var stage in context.Model.Stages)
        {
            if (stage.Platform is { Used: [], Unset: [], Defaulted: [] } platform
                && !PartsOf(platform.Value).Any(part => stage.Stage.From.Name?.Text.Contains(part, StringComparison.OrdinalIgnoreCase) == true))
            {
                var word = stage.Stage.From.Platform!;
                context.Report(
                    stage.Stage.From,
                    word.Span,
                    $"The platform {platform.Value} is fixed, so the stage cannot be built for another one.",
                    "Leave the flag out, use $BUILDPLATFORM, or name the stage after its platform.");
            }
        }
    }

    private static void ReportUndeclared(LintContext context, StageFacts stage, Expansion.Expansion? expansion, SourceSpan span)
    {
        if (expansion is not { } result)
        {
            return;
        }

        foreach (var name in result.Unset.Concat(result.Defaulted).Except(context.Model.GlobalNames, StringComparer.Ordinal))
        {
            context.Report(
                stage.Stage.From,
                span,
                $"FROM uses ${name}, which no ARG before the first FROM declares.",
                Suggestion.Hint(name, context.Model.GlobalNames) ?? $"Add ARG {name}=… at the top of the file.");
        }
    }

    private static bool IsSameMachine(string a, string b) =>
        a.Split('/').Take(2).SequenceEqual(b.Split('/').Take(2), StringComparer.OrdinalIgnoreCase);

    // The operating system and the processor, with the names that Docker gives them.
    private static IEnumerable<string> PartsOf(string platform) => platform.Split('/').Take(2).Select(static part => part switch
    {
        "x86_64" or "x86-64" => "amd64",
        "aarch64" => "arm64",
        _ => part,
    });

    private static bool IsLower(string text) => !text.Any(char.IsAsciiLetterUpper);

    private static bool IsUpper(string text) => !text.Any(char.IsAsciiLetterLower);
}
