using System.Collections.Immutable;
using SharpBuild.Builder.Execution;
using SharpBuild.Cache;
using SharpBuild.Cache.Traces;
using SharpBuild.Image;

namespace SharpBuild.Builder.Explaining;

/// <summary>Keeps what a build asked the cache for, and why steps were not found. A build that found all leaves nothing.</summary>
public static class BuildTracer
{
    /// <summary>What the builds of one Dockerfile have in common.</summary>
    /// <param name="context">The context as the builder was given it.</param>
    /// <param name="file">The Dockerfile as the builder was given it; null for the one in the context.</param>
    public static string Identity(string context, string? file) => $"{context}\0{file}";

    /// <summary>Keeps the trace of a build that is over, whether it succeeded or not.</summary>
    internal static void Keep(BuildOptions options, Store store, ImmutableArray<StepStatus> steps, StepKeys keys, DateTimeOffset now)
    {
        if (!steps.Any(status => status.Outcome == StepOutcome.Ran))
        {
            return;
        }

        var identity = Identity(options.Context, options.File);
        try
        {
            foreach (var status in steps)
            {
                keys.RememberFiles(status.Step);
            }

            store.Traces.Add(identity, Make(store.Traces.Read(identity), store, steps, now));
        }
        catch (CacheException exception) when (exception.Code == CacheErrorCodes.NotWritable)
        {
            // An explanation is not worth a build: whatever must be written says so itself.
        }
    }

    private static BuildTrace Make(ImmutableArray<BuildTrace> earlier, Store store, ImmutableArray<StepStatus> steps, DateTimeOffset now)
    {
        var names = new Dictionary<Digest, string>();
        foreach (var status in steps)
        {
            if (status.Key is { } key)
            {
                names.TryAdd(key, status.Step.Name);
            }
        }

        var explainer = new StepExplainer(earlier, names.GetValueOrDefault, store.Contexts.TryCompare);
        return new(now, [.. steps.Where(status => status.IsShown).Select(status => Trace(status, explainer))]);
    }

    private static StepTrace Trace(StepStatus status, StepExplainer explainer)
    {
        var trace = new StepTrace(status.Step.Name, status.Key, status.Outcome, status.Parts);
        return status.Outcome == StepOutcome.Ran && !status.Parts.IsEmpty ? trace with { Reasons = explainer.Explain(trace, status.Step.IgnoresCache) } : trace;
    }
}
