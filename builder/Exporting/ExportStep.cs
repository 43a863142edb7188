using System.Collections.Immutable;
using SharpBuild.Builder.Events;
using SharpBuild.Builder.Execution;
using SharpBuild.Builder.Planning;
using SharpBuild.Cache.Sharing;
using SharpBuild.Image;

namespace SharpBuild.Builder.Exporting;

/// <summary>The last step of a build: makes the image and writes what was asked for.</summary>
internal sealed class ExportStep
{
    private readonly StepId id;
    private readonly BuilderServices services;
    private readonly EventWriter events;
    private readonly ImmutableArray<Exporter> exporters;
    private readonly bool makesIndex;

    /// <summary>Checks the outputs before anything is built.</summary>
    /// <exception cref="BuildException">An output makes no sense.</exception>
    public ExportStep(int number, BuildOptions options, BuilderServices services, EventWriter events)
    {
        (id, this.services, this.events) = (new StepId(number), services, events);
        makesIndex = options.MakesIndex;
        var outputs = options.Outputs.IsEmpty ? [new OutputOptions("image", null, ImmutableSortedDictionary<string, string>.Empty)] : options.Outputs;
        exporters = [.. outputs.Select(output => Exporter.Create(output, options, services))];
    }

    /// <summary>How progress shows it.</summary>
    public StepLabel Label => new(id, "exporting to image", null);

    /// <summary>Runs it.</summary>
    /// <param name="plan">What was built.</param>
    /// <param name="statusOf">What became of each step.</param>
    /// <param name="images">The base images.</param>
    /// <param name="inline">The build records that travel in an image's config, if any do.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<BuildResult> RunAsync(BuildPlan plan, Func<Step, StepStatus> statusOf, BaseImages images, Func<FinishedPlan, Task<SharedCache?>> inline, CancellationToken cancellationToken)
    {
        var started = events.Now;
        events.Write(new StepStarted(started, id));
        try
        {
            var result = await ExportAsync(plan, statusOf, images, inline, cancellationToken);
            events.Write(new StepCompleted(events.Now, id, IsCached: false, events.Now - started));
            return result;
        }
        catch (OperationCanceledException)
        {
            events.Write(new StepCanceled(events.Now, id));
            throw;
        }
        catch (Exception exception)
        {
            events.Write(new StepFailed(events.Now, id, exception.Message, events.Now - started));
            throw;
        }
    }

    private async Task<BuildResult> ExportAsync(BuildPlan plan, Func<Step, StepStatus> statusOf, BaseImages images, Func<FinishedPlan, Task<SharedCache?>> inline, CancellationToken cancellationToken)
    {
        var parts = new List<BuiltImage>();
        foreach (var image in plan.Images)
        {
            var target = statusOf(image.Target).Result ?? await images.FetchAsync(((ImageStep)image.Target).Image, new TransferReporter(id, events), cancellationToken);
            parts.Add(new(image, target, await inline(image)));
        }

        AssembledImage? first = null;
        var reports = new List<ExportReport>();
        foreach (var exporter in exporters)
        {
            // Each output may want other times and annotations; the layers are measured once whatever it wants.
            var build = await AssembleAsync(parts, statusOf, exporter.Assembly, cancellationToken);
            reports.Add(await exporter.ExportAsync(build, cancellationToken));
            first ??= build.Images[0];
        }

        var names = exporters.SelectMany(e => e.Names).Select(n => n.ToString()).Distinct();
        return new BuildResult(first!.Record.ConfigDigest, first.Record.ManifestDigest, [.. names], [.. reports.Select(r => r.Text)])
        {
            IndexDigest = reports.Find(r => r.IndexDigest is not null)?.IndexDigest,
        };
    }

    private async Task<AssembledBuild> AssembleAsync(List<BuiltImage> parts, Func<Step, StepStatus> statusOf, AssemblyOptions options, CancellationToken cancellationToken)
    {
        var assembler = new ImageAssembler(services.Store, options);
        var images = await Task.WhenAll(parts.Select(part => assembler.AssembleAsync(part.Plan, statusOf, part.Root, part.Inline, cancellationToken)));
        var template = new ImageIndex
        {
            MediaType = options.UsesDockerTypes ? MediaTypes.DockerManifestList : MediaTypes.OciIndex,
            Annotations = options.For(AnnotationTarget.Index, null),
        };
        var index = makesIndex ? new AssembledIndex(template, options.For(AnnotationTarget.IndexDescriptor, null)) : null;
        return new([.. images], index);
    }

    private sealed record BuiltImage(FinishedPlan Plan, StepResult Root, SharedCache? Inline);
}
