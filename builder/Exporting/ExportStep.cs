using System.Collections.Immutable;
using SharpBuild.Builder.Events;
using SharpBuild.Builder.Execution;
using SharpBuild.Builder.Planning;
using SharpBuild.Cache.Sharing;

namespace SharpBuild.Builder.Exporting;

/// <summary>The last step of a build: makes the image and writes what was asked for.</summary>
internal sealed class ExportStep
{
    private readonly StepId id;
    private readonly BuilderServices services;
    private readonly EventWriter events;
    private readonly ImmutableArray<Exporter> exporters;

    /// <summary>Checks the outputs before anything is built.</summary>
    /// <exception cref="BuildException">An output makes no sense.</exception>
    public ExportStep(int number, BuildOptions options, BuilderServices services, EventWriter events)
    {
        (id, this.services, this.events) = (new StepId(number), services, events);
        var outputs = options.Outputs.IsEmpty ? [new OutputOptions("image", null, ImmutableSortedDictionary<string, string>.Empty)] : options.Outputs;
        exporters = [.. outputs.Select(output => Exporter.Create(output, options, services))];
    }

    /// <summary>How progress shows it.</summary>
    public StepLabel Label => new(id, "exporting to image", null);

    /// <summary>Runs it.</summary>
    /// <param name="plan">What was built.</param>
    /// <param name="statusOf">What became of each step.</param>
    /// <param name="images">The base images.</param>
    /// <param name="inline">Build records that travel in the image's config; null for none.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<BuildResult> RunAsync(FinishedPlan plan, Func<Step, StepStatus> statusOf, BaseImages images, SharedCache? inline, CancellationToken cancellationToken)
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

    private async Task<BuildResult> ExportAsync(FinishedPlan plan, Func<Step, StepStatus> statusOf, BaseImages images, SharedCache? inline, CancellationToken cancellationToken)
    {
        var target = statusOf(plan.Target).Result ?? await images.FetchAsync(((ImageStep)plan.Target).Image, new TransferReporter(id, events), cancellationToken);
        AssembledImage? first = null;
        var outputs = new List<string>();
        foreach (var exporter in exporters)
        {
            // Each output may want other times and annotations; the layers are measured once whatever it wants.
            var image = await new ImageAssembler(services.Store, exporter.Assembly).AssembleAsync(plan, statusOf, target, inline, cancellationToken);
            outputs.Add(await exporter.ExportAsync(image, cancellationToken));
            first ??= image;
        }

        var names = exporters.SelectMany(e => e.Names).Select(n => n.ToString()).Distinct();
        return new BuildResult(first!.Record.ConfigDigest, first.Record.ManifestDigest, [.. names], [.. outputs]);
    }
}
