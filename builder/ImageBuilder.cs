using System.Threading.Channels;
using SharpBuild.Builder.Events;
using SharpBuild.Builder.Execution;
using SharpBuild.Builder.Exporting;
using SharpBuild.Builder.Planning;
using SharpBuild.Cache;
using SharpBuild.Image;
using SharpBuild.Parser;
using SharpBuild.Parser.Syntax;
using SharpBuild.Runtime;

namespace SharpBuild.Builder;

/// <summary>Builds an image from a Dockerfile: the façade of this assembly.</summary>
public static class ImageBuilder
{
    private const int DefaultParallelism = 32;

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
        var files = DockerfileLocation.Find(options);
        var dockerfile = ReadDockerfile(files, events);
        var images = new BaseImages(new ImagePuller(services.Store, services.Registry), options.Pull);
        var plan = await PlanAsync(dockerfile, options, images, cancellationToken);

        using var trees = new SourceTrees(services.Store, options, files, images);
        using var agents = new SshAgents(options.Agents);
        var keys = new StepKeys(trees, services.Store.Records);
        var copier = new CopyExecutor(trees);
        var mounts = new StepMounts(services.Store, dockerfile.Source, new StepCaches(services.Store, copier, options), agents, options);
        var run = new RunExecutor(services.Runtime, options.Resources, dockerfile.Source, mounts, events);
        var check = options.VerifiesReproducibility ? new ReproductionCheck(services.Store, options.SourceDateEpoch) : null;
        var runner = new StepRunner(services.Store, dockerfile.Source, images, keys, run, copier, check, events);
        using var scheduler = new Scheduler(plan.Graph, services.Store, runner, keys, events, Parallelism(options));
        var export = new ExportStep(scheduler.Labels.Length + 1, options, services, events);

        events.Write(new BuildPlanned(events.Now, [.. scheduler.Labels, export.Label]));
        await scheduler.RunAsync(plan.Target, cancellationToken);
        check?.ThrowIfDifferent(dockerfile.Source);
        var result = await export.RunAsync(plan, step => scheduler[step], images, cancellationToken);
        events.Write(new BuildCompleted(events.Now, result));
        return result;
    }

    private static async Task<BuildOptions> WithTimesAsync(BuildOptions options, CancellationToken cancellationToken) =>
        options is { IsReproducible: true, SourceDateEpoch: null }
            ? options with { SourceDateEpoch = await CommitTime.TryReadAsync(options.Context, cancellationToken) ?? 0 }
            : options;

    private static int Parallelism(BuildOptions options) =>
        options.Parallelism > 0 ? options.Parallelism : Math.Max(DefaultParallelism, Environment.ProcessorCount);

    private static Dockerfile ReadDockerfile(DockerfileLocation files, EventWriter events)
    {
        var dockerfile = DockerfileParser.Parse(files.ReadSource()).GetOrThrow();
        foreach (var warning in dockerfile.Warnings)
        {
            events.Warn(dockerfile.Source, warning);
        }

        return dockerfile;
    }

    // Each round knows more images: a base image's ONBUILD triggers may name others.
    private static async Task<FinishedPlan> PlanAsync(Dockerfile dockerfile, BuildOptions options, BaseImages images, CancellationToken cancellationToken)
    {
        while (true)
        {
            var request = new PlanRequest { Dockerfile = dockerfile, Options = options, Images = images.Resolved, BuildPlatform = Platform.Host };
            switch (Planner.Plan(request))
            {
                case FinishedPlan plan:
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
