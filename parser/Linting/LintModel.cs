using System.Collections.Immutable;
using SharpBuild.Parser.Expansion;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Linting;

/// <summary>The stages of a file with their variables worked out as a build would, as far as the file tells.</summary>
/// <param name="GlobalNames">The names that FROM may use: global ARGs and platform arguments.</param>
/// <param name="Stages">The stages that are checked, in order.</param>
internal sealed record LintModel(ImmutableArray<string> GlobalNames, ImmutableArray<StageFacts> Stages)
{
    /// <summary>Works a file out.</summary>
    public static LintModel Build(Dockerfile file, LintOptions options)
    {
        ImmutableArray<string> names =
            [.. options.PlatformArguments.Keys.Concat(file.GlobalArgs.SelectMany(static a => a.Declarations).Select(static d => d.Name.Text)).Distinct(StringComparer.Ordinal)];
        return new(names, Select(WalkAll(file, options), options));
    }

    // Those that the target needs, or all, in file order.
    private static ImmutableArray<StageFacts> Select(IReadOnlyList<StageFacts> stages, LintOptions options)
    {
        var graph = new StageGraph(stages);
        if ((options.Target is null && options.IsBuild ? stages[^1] : graph.FindTarget(options)) is not { } target)
        {
            return [.. stages];
        }

        var needed = graph.Walk(target).ToHashSet(ReferenceEqualityComparer.Instance);
        return [.. stages.Where(needed.Contains)];
    }

    /// <summary>Works every stage out, whether the target needs it or not.</summary>
    public static IReadOnlyList<StageFacts> WalkAll(Dockerfile file, LintOptions options)
    {
        var expander = new VariableExpander(file.Escape);
        var defaults = GlobalValues(file, expander, options.PlatformArguments, null);
        var values = GlobalValues(file, expander, options.PlatformArguments, options.BuildArguments);
        var walker = new StageWalker(expander, options, values, defaults);
        foreach (var stage in file.Stages)
        {
            walker.Walk(stage);
        }

        return walker.Stages;
    }

    private static Dictionary<string, string> GlobalValues(
        Dockerfile file, VariableExpander expander, ImmutableDictionary<string, string> platform, ImmutableDictionary<string, string>? given)
    {
        var values = new Dictionary<string, string>(platform, StringComparer.Ordinal);
        foreach (var declaration in file.GlobalArgs.SelectMany(static a => a.Declarations))
        {
            var value = given?.GetValueOrDefault(declaration.Name.Text)
                ?? (declaration.Default is { } text ? Expansions.TryExpand(expander, text, values.GetValueOrDefault)?.Value : null);
            if (value is not null)
            {
                values[declaration.Name.Text] = value;
            }
        }

        return values;
    }
}

/// <summary>A stage worked out.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Image">The base with the variables of this build; null when it cannot be expanded.</param>
/// <param name="DefaultImage">The base with defaults only; null when it cannot be expanded.</param>
/// <param name="Platform">The platform expanded; null when not given or not expandable.</param>
/// <param name="Base">The earlier stage that it builds on, if it does.</param>
/// <param name="BaseImage">What is known of its base image.</param>
/// <param name="Instructions">Its instructions worked out.</param>
internal sealed record StageFacts(
    Stage Stage,
    Expansion.Expansion? Image,
    string? DefaultImage,
    Expansion.Expansion? Platform,
    StageFacts? Base,
    BaseImageFacts? BaseImage,
    ImmutableArray<InstructionFacts> Instructions)
{
    /// <summary>Whether the environment that it starts with is known completely.</summary>
    public bool IsBaseKnown { get; } = Base?.IsBaseKnown ?? (BaseImage is not null || Image?.Value == "scratch");

    /// <summary>Whether it is known to be for Windows.</summary>
    public bool IsWindows { get; } = Base?.IsWindows ?? BaseImage?.Platform?.StartsWith("windows/", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>The state behind the last instruction.</summary>
    public required StageState End { get; init; }
}

/// <summary>An instruction worked out.</summary>
/// <param name="Instruction">The instruction.</param>
/// <param name="Expansions">Its words that are expanded, with what came out.</param>
/// <param name="Before">The state before it.</param>
internal sealed record InstructionFacts(
    Instruction Instruction, ImmutableArray<(Word Word, Expansion.Expansion Result)> Expansions, StageState Before);

/// <summary>What an instruction finds set.</summary>
/// <param name="Environment">ENV and ARG values by name.</param>
/// <param name="Declared">The names of ARGs, with or without a value.</param>
/// <param name="HasShell">Whether SHELL was set.</param>
/// <param name="HasWorkdir">Whether WORKDIR was set.</param>
internal sealed record StageState(
    ImmutableDictionary<string, string> Environment, ImmutableHashSet<string> Declared, bool HasShell, bool HasWorkdir);
