using System.Collections.Immutable;
using SharpBuild.Image;
using SharpBuild.Parser;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Builder.Planning;

/// <summary>
/// Turns a Dockerfile and options into a graph of steps and the resulting image config. Pure: it reads no disk, clock or
/// network; where an image is not resolved yet it says so and is asked again. Stages are planned when something needs them,
/// so what is not needed never becomes a step.
/// </summary>
internal sealed class Planner
{
    private readonly PlanRequest request;
    private readonly List<ImageUse> missing = [];

    private Planner(PlanRequest request)
    {
        this.request = request;
        Stages = new StageResolver(request);
    }

    /// <summary>The stages by name and number.</summary>
    public StageResolver Stages { get; }

    /// <summary>The steps so far.</summary>
    public BuildGraph.Builder Graph { get; } = new();

    /// <summary>What was asked for.</summary>
    public BuildOptions Options => request.Options;

    /// <summary>The platform of the machine that builds.</summary>
    public Platform BuildPlatform => request.BuildPlatform;

    private Dockerfile Dockerfile => request.Dockerfile;

    /// <summary>Expands the words of the file.</summary>
    public Expander Expander => Stages.Expander;

    /// <summary>Plans, or names the images that must be resolved first.</summary>
    /// <exception cref="DockerfileException">An instruction is wrong.</exception>
    /// <exception cref="BuildException">An option is wrong.</exception>
    public static PlanResult Plan(PlanRequest request)
    {
        var planner = new Planner(request);
        try
        {
            var target = planner.Stages.FindTarget(request.Options.Target);
            var result = planner.PlanStage(target);
            return planner.missing.Count > 0 ? planner.Missing() : planner.Finish(result);
        }
        catch (DockerfileException) when (planner.missing.Count > 0)
        {
            // The error may come from the missing image's unknown environment; the next round knows it.
            return planner.Missing();
        }
    }

    private ImagesNeeded Missing() => new([.. missing.DistinctBy(m => m.Key)]);

    private FinishedPlan Finish(StageState state)
    {
        var config = state.Image with { Config = state.Config with { Labels = state.Config.Labels.SetItems(Options.Labels) } };
        return new FinishedPlan(Graph.Build(), state.Root, config, state.BaseImage, state.Layers);
    }

    private StageState PlanStage(StageNode node)
    {
        if (node.Result is { } known)
        {
            return known;
        }

        var (start, triggers) = StartStage(node);
        var instructions = triggers.Select(ParseTrigger).Concat(node.Stage.Instructions).ToList();
        var total = instructions.Count(MakesStep) + (node.Base is null && start.Root is not ScratchStep ? 1 : 0);
        var stage = new StagePlanner(this, node, start, total, triggers.Length);
        foreach (var instruction in instructions)
        {
            stage.Apply(instruction);
        }

        return node.Result = stage.State;

        Instruction ParseTrigger(string text) => ParseOnBuild(text, node.Stage.From);
    }

    private static bool MakesStep(Instruction instruction) =>
        instruction is RunInstruction or CopyInstruction or AddInstruction or WorkdirInstruction;

    private Instruction ParseOnBuild(string text, FromInstruction from)
    {
        try
        {
            return DockerfileParser.ParseTrigger(text);
        }
        catch (DockerfileException exception)
        {
            throw Expander.Error(from.Span, "SB1511", $"the base image's ONBUILD trigger '{text}' is wrong: {exception.Message}");
        }
    }

    // ONBUILD triggers run once, right after FROM, and are not handed on.
    private (StageState Start, ImmutableArray<string> Triggers) StartStage(StageNode node)
    {
        var start = node.Base is { } parent ? PlanStage(parent) : StartFromImage(node);
        var triggers = start.Config.OnBuild;
        start = start.WithConfig(c => c with { OnBuild = [] });
        if (start.Variables["PATH"] is null)
        {
            start = start.WithConfig(c => c with { Env = c.Env.Add($"PATH={StageState.DefaultPath}") }) with
            {
                Variables = start.Variables.Set("PATH", StageState.DefaultPath),
            };
        }

        return (start, triggers);
    }

    private StageState StartFromImage(StageNode node)
    {
        var platform = node.Platform ?? Options.Platform;
        if (node.BaseName == "scratch")
        {
            return StartFromScratch(platform);
        }

        if (Options.BuildContexts.ContainsKey(node.BaseName) || (node.Name is not null && Options.BuildContexts.ContainsKey(node.Name)))
        {
            throw Expander.Error(node.Stage.From.Span, "SB1512", $"'{node.BaseName}' is a named context, and building FROM a named context is not built yet", "use the context with COPY --from= or RUN --mount=from=");
        }

        var image = FindImage(node.BaseName, platform, node.Stage.From, node.Stage.From.Image.Span);
        if (image is null)
        {
            return StartFromScratch(platform);
        }

        var root = Graph.Add(new ImageStep(image) { Name = "", Span = node.Stage.From.Span });
        return new StageState
        {
            Root = root,
            Image = image.Config with { Created = null },
            BaseImage = image.Config,
            Platform = platform,
            Variables = Variables.Parse(image.Config.Config.Env),
        };
    }

    private StageState StartFromScratch(Platform platform) => new()
    {
        Root = Graph.Add(new ScratchStep { Name = "" }),
        Image = new ImageConfig
        {
            Architecture = platform.Architecture,
            Os = platform.Os,
            Variant = platform.Variant,
            Config = new ContainerConfig { WorkingDir = "/", Env = [$"PATH={StageState.DefaultPath}"] },
        },
        Platform = platform,
        Variables = Variables.Empty.Set("PATH", StageState.DefaultPath),
    };

    /// <summary>The resolved image, or null when it has to be resolved first.</summary>
    private ResolvedImage? FindImage(string name, Platform platform, Instruction instruction, SourceSpan span)
    {
        if (!ImageReference.TryParse(name, out var reference))
        {
            throw Expander.Error(span, "SB1513", $"'{name}' is not an image name", "write [registry/]repository[:tag][@digest] in lower case");
        }

        var key = new ImageKey(reference, platform);
        if (request.Images.TryGetValue(key, out var image))
        {
            return image;
        }

        missing.Add(new ImageUse(key, instruction));
        return null;
    }

    /// <summary>The files behind <c>--from=name</c>: a stage before this one, a named context, <c>scratch</c> or an image.</summary>
    public Step FindSource(StageNode? source, string name, StageNode user, Instruction instruction, SourceSpan span)
    {
        if (source is not null)
        {
            return source.Index < user.Index
                ? PlanStage(source).Root
                : throw Expander.Error(span, "SB1514", source == user ? $"stage '{name}' cannot take files from itself" : $"stage '{name}' is defined after the stage that takes files from it", "define a stage before it is used");
        }

        if (FindContext(name) is { } context)
        {
            return context;
        }

        if (name == "scratch")
        {
            return Graph.Add(new ScratchStep { Name = "" });
        }

        var image = FindImage(name, Options.Platform, instruction, span);
        return image is null
            ? Graph.Add(new ScratchStep { Name = "" })
            : Graph.Add(new ImageStep(image) { Name = $"FROM {image.Reference}", Span = instruction.Span });
    }

    /// <summary>The build context.</summary>
    public ContextStep MainContext() => Graph.Add(new ContextStep(ContextStep.Main) { Name = "" });

    private ContextStep? FindContext(string name)
    {
        var key = Options.BuildContexts.Keys.FirstOrDefault(k => k == name || SameImage(k, name));
        if (key is null)
        {
            return null;
        }

        const string imagePrefix = "docker-image://";
        var location = Options.BuildContexts[key];
        if (!location.StartsWith(imagePrefix, StringComparison.Ordinal))
        {
            return Graph.Add(new ContextStep(key) { Name = "" });
        }

        throw new BuildException("SB1515", $"the named context '{key}' is an image, which is not built yet") { Hint = "name the image in --from= itself" };
    }

    private static bool SameImage(string a, string b) =>
        ImageReference.TryParse(a, out var left) && ImageReference.TryParse(b, out var right) && left == right;
}
