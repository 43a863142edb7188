using System.Threading.Channels;
using SharpBuild.Builder.Events;
using SharpBuild.Builder.Execution;
using SharpBuild.Builder.Explaining;
using SharpBuild.Builder.Exporting;
using SharpBuild.Builder.Inspection;
using SharpBuild.Builder.Planning;
using SharpBuild.Builder.Sharing;
using SharpBuild.Cache;
using SharpBuild.Image;
using SharpBuild.Parser;
using SharpBuild.Parser.Syntax;
using SharpBuild.Runtime;

namespace SharpBuild.Builder;

/// <summary>Builds an image from a Dockerfile: the façade of this assembly.</summary>
public static class ImageBuilder
{
    /// <summary>Builds. Everything that happens is told through <paramref name="events"/>, which is completed at the end, also after a failure.</summary>
    /// <exception cref="DockerfileException">The Dockerfile is wrong.</exception>
    /// <exception cref="BuildException">A step failed, or an option makes no sense.</exception>
    /// <exception cref="ImageException">A base image cannot be had, or an output cannot be written.</exception>
    /// <exception cref="CacheException">The store is damaged, full or not writable.</exception>
    /// <exception cref="SandboxException">The host refuses a sandbox.</exception>
    public static async Task<BuildResult> BuildAsync(BuildOptions options, BuilderServices services, ChannelWriter<BuildEvent> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(events);
        try
        {
            return await BuildAsync(options, services, new EventWriter(events, services.Clock), cancellationToken);
        }
        finally
        {
            events.TryComplete();
        }
    }

    private static async Task<BuildResult> BuildAsync(BuildOptions options, BuilderServices services, EventWriter events, CancellationToken cancellationToken)
    {
        using var tools = new BuildTools(options, services, events);
        var images = tools.Images;
        var loader = new ContextLoader(tools);
        var context = await loader.LoadAsync(cancellationToken);
        var dockerfile = DockerfileParser.Parse(await context.Files.ReadSourceAsync(cancellationToken)).GetOrThrow();
        await new EpochResolver(tools, loader).ResolveAsync(dockerfile, context, cancellationToken);
        tools.TakeTime(await FindTimeAsync(tools.Options, context, cancellationToken));
        options = tools.Options;
        var plan = await PlanAsync(dockerfile, context.Add, tools, cancellationToken);
        Check(dockerfile, options, context.Files, images, events);

        var cacheExport = new CacheExport(options, services, events);
        var caches = new SharedCaches(events);
        await caches.OpenAsync(options, services, cancellationToken);
        using var workshop = new Workshop(tools, caches, context.Files, dockerfile.Source);
        using var scheduler = workshop.Schedule(plan.Graph, loader.StepCount + 1);
        var export = new ExportStep(loader.StepCount + scheduler.Labels.Length + 1, options, services, events);

        events.Write(new BuildPlanned(events.Now, [.. scheduler.Labels, export.Label]));
        try
        {
            await scheduler.RunAsync(plan.Targets, cacheExport.NeedsAllSteps, cancellationToken);
        }
        catch (BuildException) when (workshop.Failed is not null)
        {
            await services.OnFailedStep!(workshop.Failed);
            throw;
        }
        finally
        {
            BuildTracer.Keep(options, services.Store, scheduler.Steps, workshop.Keys, events.Now);
        }

        tools.Check?.ThrowIfDifferent(dockerfile.Source);
        var result = await export.RunAsync(plan, step => scheduler[step], images, image => cacheExport.CollectInlineAsync(image, scheduler, cancellationToken), cancellationToken);
        await cacheExport.RunAsync(plan, scheduler, cancellationToken);
        events.Write(new BuildCompleted(events.Now, result));
        return result;
    }

    private static async ValueTask<long?> FindTimeAsync(BuildOptions options, LoadedContext context, CancellationToken cancellationToken) =>
        options is { IsReproducible: true, SourceDateEpoch: null } ? context.CommitTime ?? await CommitTime.TryReadAsync(options.Context, cancellationToken) : null;

    /// <summary>Plans the build that the options ask for and runs nothing of it; base images are asked for their configs.</summary>
    /// <inheritdoc cref="BuildAsync(BuildOptions, BuilderServices, ChannelWriter{BuildEvent}, CancellationToken)"/>
    public static async Task<StepGraph> ReadGraphAsync(BuildOptions options, BuilderServices services, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        using var tools = new BuildTools(options, services, EventWriter.Unheard(services.Clock));
        var loader = new ContextLoader(tools);
        var context = await loader.LoadAsync(cancellationToken);
        var dockerfile = DockerfileParser.Parse(await context.Files.ReadSourceAsync(cancellationToken)).GetOrThrow();
        await new EpochResolver(tools, loader).ResolveAsync(dockerfile, context, cancellationToken);
        return GraphReader.Read(dockerfile.Source, await PlanAsync(dockerfile, context.Add, tools, cancellationToken));
    }

    /// <summary>Brings a Dockerfile here that is in no directory of this machine, so that it can be looked at without a build.</summary>
    /// <returns>The options with its text.</returns>
    /// <exception cref="BuildException">It cannot be had.</exception>
    public static async Task<BuildOptions> FetchDockerfileAsync(BuildOptions options, BuilderServices services, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        using var tools = new BuildTools(options, services, EventWriter.Unheard(services.Clock));
        var context = await new ContextLoader(tools).LoadAsync(cancellationToken);
        return options with { FileText = (await context.Files.ReadSourceAsync(cancellationToken)).Content };
    }

    // Before anything runs, so that `# check=error=true` saves the time; behind the plan, because the checks want to know the base images.
    private static void Check(Dockerfile dockerfile, BuildOptions options, DockerfileLocation files, BaseImages images, EventWriter events)
    {
        var request = new PlanRequest { Dockerfile = dockerfile, Options = options, Images = images.Resolved, BuildPlatform = Platform.Host };
        var findings = LintSetup.Check(request, files.ReadIgnoreFile(), isBuild: true);
        if (findings.Any(static f => f.Severity == DiagnosticSeverity.Error))
        {
            throw new DockerfileException(dockerfile.Source, findings);
        }

        foreach (var finding in findings)
        {
            events.Warn(dockerfile.Source, finding);
        }
    }

    // Each round knows more images: a base image's ONBUILD triggers may name others.
    private static async Task<BuildPlan> PlanAsync(Dockerfile dockerfile, Func<BuildGraph.Builder, Step>? addContext, BuildTools tools, CancellationToken cancellationToken)
    {
        while (true)
        {
            var request = new PlanRequest
            {
                Dockerfile = dockerfile,
                Options = tools.Options,
                Images = tools.Images.Resolved,
                AddContext = addContext,
                Devices = tools.Devices,
                BuildPlatform = Platform.Host,
            };
            switch (PlatformPlanner.Plan(request))
            {
                case BuildPlan plan:
                    return plan;
                case ImagesNeeded needed:
                    await Task.WhenAll(needed.Images.Select(use => ResolveAsync(use, dockerfile, tools.Images, cancellationToken)));
                    break;
            }
        }
    }

    private static async Task ResolveAsync(ImageUse use, Dockerfile dockerfile, BaseImages images, CancellationToken cancellationToken)
    {
        try
        {
            await images.ResolveAsync(use.Key, cancellationToken);
        }
        catch (ImageException exception)
        {
            throw new BuildException(exception.Code, exception.Message, exception)
            {
                File = dockerfile.Source,
                Span = use.Instruction.Span,
                Hint = SuggestStage(use, dockerfile) ?? exception.Hint,
            };
        }
    }

    // `--from=biuld` is an image's name, too, and nobody knows of such an image.
    private static string? SuggestStage(ImageUse use, Dockerfile dockerfile)
    {
        var name = use.Key.Reference;
        return name is { Registry: ImageReference.DefaultRegistry, Tag: "latest", Digest: null } && name.Repository.StartsWith("library/", StringComparison.Ordinal)
            && Suggestion.Find(name.Repository["library/".Length..], dockerfile.Stages.Select(static stage => stage.From.Name?.Text).OfType<string>(), ignoreCase: true) is { } stage
            ? $"Did you mean the stage {stage}?"
            : null;
    }
}
