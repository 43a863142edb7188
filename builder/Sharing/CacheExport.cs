using System.Collections.Immutable;
using SharpBuild.Builder.Execution;
using SharpBuild.Builder.Planning;
using SharpBuild.Cache;
using SharpBuild.Cache.Sharing;
using SharpBuild.Image;
using SharpBuild.Parser;

namespace SharpBuild.Builder.Sharing;

/// <summary>Writes what a build knows to the places of <c>--cache-to</c>.</summary>
internal sealed class CacheExport
{
    private readonly ImmutableArray<CacheDestination> destinations;
    private readonly BuilderServices services;
    private readonly EventWriter events;

    /// <summary>Checks the destinations before anything is built.</summary>
    /// <exception cref="BuildException">One makes no sense.</exception>
    public CacheExport(BuildOptions options, BuilderServices services, EventWriter events)
    {
        (this.services, this.events) = (services, events);
        destinations = [.. options.CacheTo.Select(option => new CacheDestination(option, services))];
    }

    /// <summary>Whether some destination wants the layers of all steps.</summary>
    public bool NeedsAllSteps => destinations.Any(destination => destination.IsComplete);

    /// <summary>The records of an image for its own config; null when none are to travel there.</summary>
    public async Task<SharedCache?> CollectInlineAsync(FinishedPlan image, Scheduler scheduler, CancellationToken cancellationToken) =>
        destinations.Any(destination => destination.IsInline)
            ? await new CacheExporter(services.Store).CollectInlineAsync(Records([image.Target], scheduler, isComplete: false), cancellationToken)
            : null;

    /// <summary>Writes all others.</summary>
    public async Task RunAsync(BuildPlan plan, Scheduler scheduler, CancellationToken cancellationToken)
    {
        foreach (var destination in destinations.Where(destination => !destination.IsInline))
        {
            try
            {
                await destination.ExportAsync(Records(plan.Targets, scheduler, destination.IsComplete), cancellationToken);
            }
            catch (Exception failure) when (destination.IgnoresErrors && failure is ImageException or CacheException or IOException or UnauthorizedAccessException)
            {
                events.Warn(null, new Diagnostic(DiagnosticSeverity.Warning, BuildException.CacheNotUsed, default, $"the cache was not written to '{destination.Name}': {failure.Message}"));
            }
        }
    }

    private static List<BuildRecord> Records(ImmutableArray<Step> targets, Scheduler scheduler, bool isComplete)
    {
        ImmutableArray<StepResult?> results = [.. targets.Select(target => scheduler[target].Result)];
        var records = new List<BuildRecord>();
        foreach (var status in scheduler.Steps)
        {
            if (status is not { IsUnkeyed: false, Key: { } key, Result: { Pending: null } result, Step: not (ImageStep or ScratchStep or ContextStep) })
            {
                continue;
            }

            if (isComplete || results.Any(target => target?.Layers.AsSpan().StartsWith(result.Layers.AsSpan()) == true))
            {
                records.Add(new BuildRecord(key, result.Layers, result.Created, status.Step.Name, []));
                records.AddRange(StepKeys.TryDefine(status.Step, step => scheduler[step], key, result));
            }
        }

        return records;
    }
}
