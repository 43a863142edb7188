using System.Collections.Immutable;
using System.Globalization;
using SharpBuild.Image;
using SharpBuild.Parser;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Builder.Planning;

/// <summary>Expands the FROM lines and knows the stages by name and number.</summary>
internal sealed class StageResolver
{
    private readonly Dockerfile dockerfile;
    private readonly Dictionary<string, StageNode> byName = new(StringComparer.Ordinal);

    private readonly Platform platform;

    public StageResolver(PlanRequest request)
    {
        (dockerfile, platform) = (request.Dockerfile, request.Options.Platform);
        Contexts = new NamedContexts(request.Options.BuildContexts);
        Expander = new Expander(dockerfile);
        GlobalArguments = ReadGlobalArguments(request);
        Stages = ReadStages();
    }

    /// <summary>What stands in for stages and images.</summary>
    public NamedContexts Contexts { get; }

    public Expander Expander { get; }

    /// <summary>What <c>SOURCE_DATE_EPOCH</c> is as it was given; null where it is not. See <see cref="EpochSource"/>.</summary>
    public string? EpochText { get; private set; }

    /// <summary>The platform arguments and the ARGs before the first FROM, with their values.</summary>
    public Variables GlobalArguments { get; }

    public ImmutableArray<StageNode> Stages { get; }

    /// <summary>The stage that <c>--target</c> names, or the last one.</summary>
    public StageNode FindTarget(string? target)
    {
        if (target is null)
        {
            return Stages[^1];
        }

        return Find(target) ?? throw new BuildException("SB1501", $"the Dockerfile has no stage named '{target}'")
        {
            Hint = Suggest(target),
        };
    }

    /// <summary>The last stage of that name so far, in any casing.</summary>
    public StageNode? Find(string name) => byName.GetValueOrDefault(name.ToLowerInvariant());

    /// <summary>The stage that <c>COPY --from=</c> names, by name or number; null when it must be a context or an image.</summary>
    public StageNode? FindSource(Word from)
    {
        if (!int.TryParse(from.Text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var index))
        {
            return Find(from.Text);
        }

        return index >= 0 && index < Stages.Length
            ? Stages[index]
            : throw new DockerfileException(dockerfile.Source, from.Span, "SB1502", $"there is no stage {index}", $"use a number from 0 to {Stages.Length - 1}, or a stage's name");
    }

    private string Suggest(string name)
    {
        var names = Stages.Select(s => s.Name).OfType<string>().ToList();
        return names.Count == 0
            ? "name a stage with 'FROM image AS name'"
            : Suggestion.Hint(name, names, ignoreCase: true) ?? $"its stages are {string.Join(", ", names)}";
    }

    private Variables ReadGlobalArguments(PlanRequest request)
    {
        var given = request.Options.BuildArguments;
        var variables = Variables.Empty;
        foreach (var (name, value) in PlatformArguments(request))
        {
            variables = variables.Set(name, given.GetValueOrDefault(name, value));
        }

        foreach (var declaration in dockerfile.GlobalArgs.SelectMany(a => a.Declarations))
        {
            var name = declaration.Name.Text;
            var value = given.GetValueOrDefault(name) ?? (declaration.Default is { } word ? Expander.Expand(word, variables) : null);
            if (value is not null && (name != EpochSource.Name || IsEpoch(value, request.Options)))
            {
                variables = variables.Set(name, value);
            }
        }

        EpochText = given.GetValueOrDefault(EpochSource.Name) ?? EpochText;
        return variables;
    }

    // What it was to be taken from is never seen by the build: where that has no time, the argument is not set, whatever its default.
    private bool IsEpoch(string value, BuildOptions options)
    {
        EpochText = value;
        return options.IsEpochResolved ? options.BuildArguments.ContainsKey(EpochSource.Name) : SourceDate.TryRead(value, out _);
    }

    /// <summary>The arguments that every build has: <c>TARGETPLATFORM</c> and its kin, with the values that nothing overrides.</summary>
    public static IEnumerable<(string Name, string Value)> PlatformArguments(PlanRequest request)
    {
        foreach (var (prefix, platform) in new[] { ("BUILD", request.BuildPlatform), ("TARGET", request.Options.Platform) })
        {
            yield return ($"{prefix}PLATFORM", platform.ToString());
            yield return ($"{prefix}OS", platform.Os);
            yield return ($"{prefix}OSVERSION", "");
            yield return ($"{prefix}ARCH", platform.Architecture);
            yield return ($"{prefix}VARIANT", platform.Variant ?? "");
        }

        yield return ("TARGETSTAGE", request.Options.Target ?? request.Dockerfile.Stages[^1].From.Name?.Text.ToLowerInvariant() ?? "default");
    }

    private ImmutableArray<StageNode> ReadStages()
    {
        var nodes = ImmutableArray.CreateBuilder<StageNode>();
        foreach (var stage in dockerfile.Stages)
        {
            var node = ReadStage(stage, nodes.Count);
            nodes.Add(node);
            if (node.Name is not null)
            {
                byName[node.Name] = node;
            }
        }

        return nodes.ToImmutable();
    }

    private StageNode ReadStage(Stage stage, int index)
    {
        var baseName = Expander.Expand(stage.From.Image, GlobalArguments);
        if (baseName.Length == 0)
        {
            throw Error(stage.From.Image, "SB1503", $"the base image '{stage.From.Image.Text}' is empty once its variables are filled in", "give the ARG a default before the first FROM, or pass --build-arg");
        }

        var name = stage.From.Name?.Text.ToLowerInvariant();
        var wanted = stage.From.Platform is { } word ? ReadPlatform(word) : null;
        return new StageNode
        {
            Index = index,
            Stage = stage,
            Name = name,
            DisplayName = name ?? (dockerfile.Stages.Length == 1 ? "" : $"stage-{index}"),
            BaseName = baseName,
            Platform = wanted,
            Base = byName.GetValueOrDefault(baseName),
            Replacement = name is null ? null : Contexts.Find(name, wanted ?? platform),
        };
    }

    private Platform ReadPlatform(Word word)
    {
        var text = Expander.Expand(word, GlobalArguments);
        if (text.Length == 0)
        {
            throw Error(word, "SB1504", $"the platform '{word.Text}' is empty once its variables are filled in", "give the ARG a default before the first FROM, or pass --build-arg");
        }

        try
        {
            return Platform.Parse(text);
        }
        catch (FormatException exception)
        {
            throw Error(word, "SB1505", exception.Message, "write os/architecture[/variant], such as linux/amd64");
        }
    }

    private DockerfileException Error(Word word, string code, string message, string hint) => new(dockerfile.Source, word.Span, code, message, hint);
}
