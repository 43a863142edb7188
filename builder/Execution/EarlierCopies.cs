using System.Collections.Immutable;
using SharpBuild.Builder.Explaining;
using SharpBuild.Builder.Planning;
using SharpBuild.Cache;
using SharpBuild.Cache.Content;
using SharpBuild.Cache.Copying;
using SharpBuild.Cache.Traces;
using SharpBuild.Image;

namespace SharpBuild.Builder.Execution;

/// <summary>
/// Finds what a COPY made in an earlier build of the same Dockerfile, by the traces that explain why a step ran: so that files which have not
/// changed since need not be written again. Thread-safe.
/// </summary>
internal sealed class EarlierCopies(Store store, BuildOptions options)
{
    private readonly Lazy<ImmutableArray<BuildTrace>> builds = new(() => store.Traces.Read(BuildTracer.Identity(options.Context, options.File)));

    /// <summary>The newest layer that the same instruction made; null when there is none, or when nothing of earlier is to be relied on.</summary>
    public EarlierCopy? TryOpen(CopyStep step, CopySelection selection)
    {
        // Each file of the earlier layer must be known to come from the path that it has in the source: of two that went to one place, as
        // two sources may, the layer has one, and its size and time need not tell which. --no-cache asks for work without memory; a check
        // is to see two runs that know nothing of each other.
        if (step.Parts.Length > 1 || !selection.IsOnePath || step.IgnoresCache || options.VerifiesReproducibility)
        {
            return null;
        }

        var text = StepNames.TextOf(step.Name);
        var part = StepKeys.FilesPart(selection);
        foreach (var earlier in builds.Value.SelectMany(build => build.Steps))
        {
            if (earlier.Key is { } key
                && StepNames.TextOf(earlier.Name) == text
                && Digest.TryParse(earlier.Parts.FirstOrDefault(candidate => candidate.Name == part).Value, out var content)
                && store.Records.TryGet(key)?.Layers is [.., var layer]
                && EarlierCopy.TryOpen(store, layer, content) is { } found)
            {
                return found;
            }
        }

        return null;
    }
}
