using System.Collections.Immutable;

namespace SharpBuild.Parser.Linting;

/// <summary>The value of <c># check=</c>: <c>skip=RuleA,RuleB;error=true;experimental=all</c>.</summary>
/// <param name="Skipped">The rules that do not run.</param>
/// <param name="SkipsAll">Whether no rule runs, experimental ones excepted.</param>
/// <param name="Experimental">The experimental rules that run.</param>
/// <param name="RunsAllExperimental">Whether all experimental rules run.</param>
/// <param name="FailsBuild">Whether a finding fails the build; null when not said.</param>
public sealed record CheckOptions(
    ImmutableHashSet<string> Skipped,
    bool SkipsAll,
    ImmutableHashSet<string> Experimental,
    bool RunsAllExperimental,
    bool? FailsBuild)
{
    /// <summary>Nothing skipped, nothing experimental, no failing.</summary>
    public static CheckOptions None { get; } = new([], SkipsAll: false, [], RunsAllExperimental: false, FailsBuild: null);

    /// <summary>Reads a value.</summary>
    /// <param name="text">The value of the directive, of <c>BUILDKIT_DOCKERFILE_CHECK</c>, or of a comment above an instruction.</param>
    /// <exception cref="FormatException">An option is unknown or has a bad value.</exception>
    public static CheckOptions Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var options = None;
        foreach (var part in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            options = options.With(part);
        }

        return options;
    }

    /// <summary>These options and those of a comment nearer to the instruction.</summary>
    public CheckOptions Merge(CheckOptions nearer)
    {
        ArgumentNullException.ThrowIfNull(nearer);
        return new(
            Skipped.Union(nearer.Skipped),
            SkipsAll || nearer.SkipsAll,
            Experimental.Union(nearer.Experimental),
            RunsAllExperimental || nearer.RunsAllExperimental,
            FailsBuild);
    }

    /// <summary>Whether a rule runs.</summary>
    public bool Runs(LintRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return rule.IsExperimental
            ? RunsAllExperimental || Experimental.Contains(rule.Name)
            : !SkipsAll && !Skipped.Contains(rule.Name);
    }

    private CheckOptions With(string part)
    {
        var equals = part.IndexOf('=', StringComparison.Ordinal);
        var (key, value) = equals < 0 ? (part, "") : (part[..equals].TrimEnd(), part[(equals + 1)..].TrimStart());
        return key switch
        {
            "skip" when value == "all" => this with { SkipsAll = true },
            "skip" => this with { Skipped = Names(value) },
            "experimental" when value == "all" => this with { RunsAllExperimental = true },
            "experimental" => this with { Experimental = Names(value) },
            "error" when value is "1" or "t" or "T" or "true" or "TRUE" or "True" => this with { FailsBuild = true },
            "error" when value is "0" or "f" or "F" or "false" or "FALSE" or "False" => this with { FailsBuild = false },
            "error" => throw new FormatException($"'{value}' is not a value for the check option 'error': use true or false."),
            _ => throw new FormatException($"'{key}' is not a check option: use skip=RULE,…, experimental=RULE,… or error=true."),
        };
    }

    private static ImmutableHashSet<string> Names(string list) =>
        [.. list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}
