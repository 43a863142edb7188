using System.Threading.Channels;
using SharpBuild.Builder.Events;
using SharpBuild.Builder.Execution;
using SharpBuild.Builder.Explaining;
using SharpBuild.Builder.Exporting;
using SharpBuild.Builder.Fetching;
using SharpBuild.Builder.Inspection;
using SharpBuild.Builder.Planning;
using SharpBuild.Builder.Sharing;
using SharpBuild.Cache;
using SharpBuild.Image;
using SharpBuild.Parser;
using SharpBuild.Parser.Linting;
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
            return await BuildAsync(await WithTimesAsync(options, cancellationToken), services, new EventWriter(events, services.Clock), cancellationToken);
        }
        finally
        {
            events.TryComplete();
        }
    }

    private static async Task<BuildResult> BuildAsync(BuildOptions options, BuilderServices services, EventWriter events, CancellationToken cancellationToken)
    {
        using var images = OpenImages(options, services);
        using var agents = new SshAgents(options.Agents);
        using var remote = new RemoteFiles(options, services, agents);
        var tools = new BuildTools(options, services, events, images, agents, remote)
        {
            Check = options.VerifiesReproducibility ? new ReproductionCheck(services.Store, options.SourceDateEpoch) : null,
        };
        var context = await new ContextLoader(tools).LoadAsync(cancellationToken);
        var dockerfile = DockerfileParser.Parse(context.Files.ReadSource()).GetOrThrow();
        var plan = await PlanAsync(dockerfile, context.Add, options, images, cancellationToken);
        Check(dockerfile, options, context.Files, images, events);

        var cacheExport = new CacheExport(options, services, events);
        var caches = new SharedCaches(events);
        await caches.OpenAsync(options, services, cancellationToken);
        using var workshop = new Workshop(tools, caches, context.Files, dockerfile.Source);
        using var scheduler = workshop.Schedule(plan.Graph, context.StepCount + 1);
        var export = new ExportStep(context.StepCount + scheduler.Labels.Length + 1, options, services, events);

        events.Write(new BuildPlanned(events.Now, [.. scheduler.Labels, export.Label]));
        try
        {
            await scheduler.RunAsync(plan.Targets, cacheExport.NeedsAllSteps, cancellationToken);
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

    private static async Task<BuildOptions> WithTimesAsync(BuildOptions options, CancellationToken cancellationToken) =>
        options is { IsReproducible: true, SourceDateEpoch: null }
            ? options with { SourceDateEpoch = await CommitTime.TryReadAsync(options.Context, cancellationToken) ?? 0 }
            : options;

    /// <summary>Plans the build that the options ask for and runs nothing of it; base images are asked for their configs.</summary>
    /// <inheritdoc cref="BuildAsync(BuildOptions, BuilderServices, ChannelWriter{BuildEvent}, CancellationToken)"/>
    public static async Task<StepGraph> ReadGraphAsync(BuildOptions options, BuilderServices services, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        using var images = OpenImages(options, services);
        using var agents = new SshAgents(options.Agents);
        using var remote = new RemoteFiles(options, services, agents);
        var unheard = new EventWriter(Channel.CreateUnbounded<BuildEvent>().Writer, services.Clock);
        var context = await new ContextLoader(new(options, services, unheard, images, agents, remote)).LoadAsync(cancellationToken);
        var dockerfile = DockerfileParser.Parse(context.Files.ReadSource()).GetOrThrow();
        return GraphReader.Read(dockerfile.Source, await PlanAsync(dockerfile, context.Add, options, images, cancellationToken));
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

    private static BaseImages OpenImages(BuildOptions options, BuilderServices services) =>
        new(new ImagePuller(services.Store, services.Registry), options.Pull);

    // Each round knows more images: a base image's ONBUILD triggers may name others.
    private static async Task<BuildPlan> PlanAsync(Dockerfile dockerfile, Func<BuildGraph.Builder, Step>? addContext, BuildOptions options, BaseImages images, CancellationToken cancellationToken)
    {
        while (true)
        {
            var request = new PlanRequest { Dockerfile = dockerfile, Options = options, Images = images.Resolved, AddContext = addContext, BuildPlatform = Platform.Host };
            switch (PlatformPlanner.Plan(request))
            {
                case BuildPlan plan:
                    return plan;
                case ImagesNeeded needed:
                    await Task.WhenAll(needed.Images.Select(use => ResolveAsync(use, dockerfile, images, cancellationToken)));
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
                Hint = exception.Hint,
            };
        }
    }
}
