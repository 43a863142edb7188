using System.Collections.Immutable;
using System.Diagnostics;
using SharpBuild.Builder.Devices;
using SharpBuild.Image;
using SharpBuild.Parser;
using SharpBuild.Parser.Sources;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Builder.Planning;

/// <summary>
/// Turns a Dockerfile and options into a graph of steps and the resulting image config. Pure: it reads no disk, clock or
/// network; where an image is not resolved yet it says so and is asked again. Stages are planned when something needs them,
/// so what is not needed never becomes a step.
/// </summary>
internal sealed class Planner
{
    /// <summary>The name that a file from the web has as a context, as in BuildKit.</summary>
    public const string RemoteFileName = "context";

    // Each takes a few hundred bytes of the stack several times over.
    private const int MaxDepth = 1000;

    private readonly PlanRequest request;
    private readonly List<ImageUse> missing = [];
    private int depth;

    private Planner(PlanRequest request, BuildGraph.Builder graph)
    {
        (this.request, Graph) = (request, graph);
        Stages = new StageResolver(request);
    }

    private NamedContexts Contexts => Stages.Contexts;

    /// <summary>The stages by name and number.</summary>
    public StageResolver Stages { get; }

    /// <summary>The steps so far.</summary>
    public BuildGraph.Builder Graph { get; }

    /// <summary>What was asked for.</summary>
    public BuildOptions Options => request.Options;

    /// <summary>The devices of this machine; null where nothing is built.</summary>
    public Lazy<DeviceRegistry>? Devices => request.Devices;

    /// <summary>Whether the names of steps begin with their platform.</summary>
    public bool ShowsPlatform => request.ShowsPlatform;

    /// <summary>The platform of the machine that builds.</summary>
    public Platform BuildPlatform => request.BuildPlatform;

    private Dockerfile Dockerfile => request.Dockerfile;

    /// <summary>Expands the words of the file.</summary>
    public Expander Expander => Stages.Expander;

    /// <summary>Plans for one platform, or names the images that must be resolved first.</summary>
    /// <param name="request">All that is known.</param>
    /// <param name="graph">Gets the steps; of no use any more when images are missing.</param>
    /// <exception cref="DockerfileException">An instruction is wrong.</exception>
    /// <exception cref="BuildException">An option is wrong.</exception>
    public static PlanResult Plan(PlanRequest request, BuildGraph.Builder graph)
    {
        var planner = new Planner(request, graph);
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

    /// <summary>
    /// The errors that show with the base images that are known, and the images that are not: of the target, or of every stage where
    /// none is named. What holds a variable is left alone where a base image is unknown, since that may set it.
    /// </summary>
    /// <exception cref="BuildException">An option is wrong.</exception>
    public static (ImmutableArray<Diagnostic> Errors, ImmutableArray<ImageKey> Unknown) Survey(PlanRequest request)
    {
        try
        {
            var planner = new Planner(request, new());
            IEnumerable<StageNode> stages = request.Options.Target is { } target ? [planner.Stages.FindTarget(target)] : planner.Stages.Stages;
            ImmutableArray<Diagnostic> errors = [.. stages.SelectMany(planner.FindErrors).Distinct().OrderBy(static e => e.Span.Start)];
            return (errors, [.. planner.missing.Select(static m => m.Key).Distinct()]);
        }
        catch (DockerfileException wrong)
        {
            return (wrong.Errors, []);
        }
    }

    private IEnumerable<Diagnostic> FindErrors(StageNode stage)
    {
        try
        {
            PlanStage(stage);
            return [];
        }
        catch (DockerfileException wrong)
        {
            return missing.Count == 0 ? wrong.Errors : wrong.Errors.Where(e => !DependsOnBase(e.Span, stage.Stage.From.Span));
        }
    }

    // FROM itself sees only the ARGs before it.
    private bool DependsOnBase(SourceSpan place, SourceSpan from) =>
        (place.Start < from.Start || place.End > from.End) && Dockerfile.Source.Slice(place).Contains('$');

    private ImagesNeeded Missing() => new([.. missing.DistinctBy(m => m.Key)]);

    private FinishedPlan Finish(StageState state)
    {
        state = state.WithConfig(c => c with { Labels = c.Labels.SetItems(Options.Labels) });
        return new FinishedPlan(Options.Platform, Graph.Build(), state.Root, NamePlatform(state.Complete()), state.BaseImage, [.. state.Layers]);
    }

    // As BuildKit: what was asked for is what the image is for, whatever it stands on; a variant of the base image stays where none was asked for.
    private ImageConfig NamePlatform(ImageConfig config)
    {
        var (own, wanted) = (config.Platform, Options.Platform);
        var isSame = own.Os == wanted.Os && own.Architecture == wanted.Architecture;
        var platform = !Options.IsPlatformGiven || (isSame && wanted.Variant is null) ? own : isSame ? wanted with { OsVersion = wanted.OsVersion ?? own.OsVersion } : wanted;
        return config with { Os = platform.Os, Architecture = platform.Architecture, Variant = platform.Variant, OsVersion = platform.OsVersion };
    }

    private StageState PlanStage(StageNode node)
    {
        // From the bottom up: a chain of stages may be longer than the stack is deep.
        var chain = new Stack<StageNode>();
        for (var next = node; next is { Result: null }; next = next.Replacement is null ? next.Base : null)
        {
            chain.Push(next);
        }

        while (chain.TryPop(out var stage))
        {
            PlanOne(stage);
        }

        return node.Result!;
    }

    private StageState PlanOne(StageNode node)
    {
        if (node.Replacement is { } replacement)
        {
            // A named context replaces the stage with all that it says, triggers too.
            return node.Result = StartFromContext(replacement, node).WithConfig(c => c with { OnBuild = [] });
        }

        var (start, triggers) = StartStage(node);
        var instructions = triggers.Select(ParseTrigger).Concat(node.Stage.Instructions).ToList();
        var total = instructions.Count(MakesStep) + (node.Base is null && node.BaseName != "scratch" ? 1 : 0);
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
        var start = node.Base is { } parent ? parent.Result! : StartFromImage(node);
        var triggers = start.Config.OnBuild;
        start = start.WithConfig(c => c with { OnBuild = [] });
        if (start.Variables["PATH"] is null)
        {
            start = start.WithEnvironment("PATH", StageState.DefaultPath);
        }

        return (start, triggers);
    }

    private StageState StartFromImage(StageNode node)
    {
        var platform = node.Platform ?? Options.Platform;
        if (node.BaseName == "scratch")
        {
            return StartFromScratch(Options.Platform); // BuildKit: nothing is on no platform of its own, whatever FROM says
        }

        return Contexts.Find(node.BaseName, platform) is { } context
            ? StartFromContext(context, node)
            : StartFromImage(FindImage(node.BaseName, platform, node.Stage.From, node.Stage.From.Image.Span), platform, node.Stage.From);
    }

    private StageState StartFromContext(NamedContext context, StageNode node)
    {
        var platform = node.Platform ?? Options.Platform;
        var from = node.Stage.From;
        return context switch
        {
            ImageContext { Reference: null } => StartFromScratch(platform),
            ImageContext image => StartFromImage(FindImage(new ImageKey(image.Reference!, platform), from), platform, from),
            LayoutContext layout => StartFromImage(FindImage(KeyOf(layout, platform), from), platform, from),
            RemoteContext or DirectoryContext => StartFromFiles(FindFiles(context, from), context, platform),
            _ => throw new UnreachableException($"no rule for {context.GetType().Name}"),
        };
    }

    private StageState StartFromImage(ResolvedImage? image, Platform platform, Instruction from) => image is null
        ? StartFromScratch(platform) with { IsBaseUnknown = true }
        : new StageState
        {
            Root = Graph.Add(new ImageStep(image) { Name = "", Span = from.Span }),
            Image = image.Config with { Created = null },
            BaseImage = image.Config,
            Platform = platform,
            Environment = Variables.Parse(image.Config.Config.Env),
            Variables = Variables.Parse(image.Config.Config.Env),
        };

    // Files without a config: they become the first layer of what is built on them.
    private StageState StartFromFiles(Step files, NamedContext context, Platform platform)
    {
        var empty = StartFromScratch(platform);
        return empty.WithLayer(files is ContextStep local ? CopyAll(local, context) : files, $"FROM {context.Name}");
    }

    private CopyStep CopyAll(ContextStep files, NamedContext context) => Graph.Add(new CopyStep
    {
        Name = $"[context {context.Name}] load files",
        Parent = Graph.Add(new ScratchStep { Name = "" }),
        Parts = [new FilesPart(files, "/")],
        Destination = "/",
    });

    private StageState StartFromScratch(Platform platform) => new()
    {
        Root = Graph.Add(new ScratchStep { Name = "" }),
        Image = new ImageConfig
        {
            Architecture = platform.Architecture,
            Os = platform.Os,
            Variant = platform.Variant,
            Config = new ContainerConfig { WorkingDir = "/" },
        },
        Platform = platform,
        Environment = Variables.Empty.Set("PATH", StageState.DefaultPath),
        Variables = Variables.Empty.Set("PATH", StageState.DefaultPath),
    };

    /// <summary>The resolved image, or null when it has to be resolved first.</summary>
    private ResolvedImage? FindImage(string name, Platform platform, Instruction instruction, SourceSpan span)
    {
        if (!ImageReference.TryParse(name, out var reference))
        {
            throw Expander.Error(span, "SB1513", $"'{name}' is not an image name", "write [registry/]repository[:tag][@digest] in lower case");
        }

        return FindImage(new ImageKey(reference, platform), instruction);
    }

    private ResolvedImage? FindImage(ImageKey key, Instruction instruction)
    {
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
                ? PlanSource(source, span).Root
                : throw Expander.Error(span, "SB1514", source == user ? $"stage '{name}' cannot take files from itself" : $"stage '{name}' is defined after the stage that takes files from it", "define a stage before it is used");
        }

        if (Contexts.Find(name, Options.Platform) is { } context)
        {
            return FindFiles(context, instruction);
        }

        return name == "scratch"
            ? Graph.Add(new ScratchStep { Name = "" })
            : AddImage(FindImage(name, Options.Platform, instruction, span), instruction);
    }

    private StageState PlanSource(StageNode source, SourceSpan span)
    {
        if (depth == MaxDepth)
        {
            throw Expander.Error(span, "SB1537", $"more than {MaxDepth} stages take files from each other in a row", "take the files from the stage that makes them");
        }

        depth++;
        var state = PlanStage(source);
        depth--;
        return state;
    }

    /// <summary>The build context.</summary>
    public Step MainContext() => request.AddContext?.Invoke(Graph) ?? Graph.Add(new ContextStep(ContextStep.Main) { Name = "" });

    /// <summary>A git repository or a file on a web server.</summary>
    /// <param name="source">Where it is.</param>
    /// <param name="fileName">The name that a file gets.</param>
    /// <param name="name">How progress shows it.</param>
    /// <param name="span">The instruction that wants it.</param>
    /// <param name="checksum">What a file must be; null for anything.</param>
    public RemoteStep AddRemote(RemoteSource source, string fileName, string name, SourceSpan? span, Digest? checksum = null) =>
        Graph.Add(MakeRemote(source, fileName, name, span, checksum));

    /// <summary>As <see cref="AddRemote"/>, but in no graph.</summary>
    public static RemoteStep MakeRemote(RemoteSource source, string fileName, string name, SourceSpan? span = null, Digest? checksum = null) => source switch
    {
        HttpSource http => new HttpStep(http, fileName, checksum) { Name = name, Span = span },
        GitSource git => new GitStep(git) { Name = name, Span = span },
        _ => throw new UnreachableException($"no rule for {source.GetType().Name}"),
    };

    private Step FindFiles(NamedContext context, Instruction instruction) => context switch
    {
        ImageContext { Reference: null } => Graph.Add(new ScratchStep { Name = "" }),
        ImageContext image => AddImage(FindImage(new ImageKey(image.Reference!, Options.Platform), instruction), instruction),
        LayoutContext layout => AddImage(FindImage(KeyOf(layout, Options.Platform), instruction), instruction),
        RemoteContext remote => AddRemote(remote.Source, RemoteFileName, $"[context {remote.Name}] {remote.Source.Text}", instruction.Span),
        DirectoryContext directory => Graph.Add(new ContextStep(directory.Name) { Name = "" }),
        _ => throw new UnreachableException($"no rule for {context.GetType().Name}"),
    };

    // Until the image is resolved anything can stand for it: the plan is made again then.
    private Step AddImage(ResolvedImage? image, Instruction instruction) => image is null
        ? Graph.Add(new ScratchStep { Name = "" })
        : Graph.Add(new ImageStep(image) { Name = $"FROM {image.Reference}", Span = instruction.Span });

    // The layout's image is called after the context: its own name may be none, or belong to somebody else.
    private static ImageKey KeyOf(LayoutContext layout, Platform platform)
    {
        var name = layout.Name.Split("::", 2)[0];
        var reference = ImageReference.TryParse(name, out var known) ? known : ImageReference.Parse("context");
        return new ImageKey(reference, platform) { Layout = layout.Place };
    }
}
