using System.Collections.Concurrent;
using System.Collections.Immutable;
using SharpBuild.Builder.Planning;
using SharpBuild.Cache;
using SharpBuild.Parser;

namespace SharpBuild.Builder.Execution;

/// <summary>Collects the files in which a step's second run differs from its first (<c>--verify-reproducible</c>).</summary>
/// <remarks>Each step is run twice on the same files, so that a difference is told of the step that makes it and of none that inherits it.</remarks>
internal sealed class ReproductionCheck(Store store, long? epoch)
{
    private const int MostFiles = 20;

    private readonly LayerComparison comparison = new(store.Layers, epoch is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null);
    private readonly ConcurrentBag<(Step Step, ImmutableArray<LayerDifference> Files)> found = [];

    /// <summary>Compares the layers of the two runs of a step.</summary>
    public void Compare(Step step, LayerId first, LayerId second)
    {
        var files = comparison.Compare(first, second);
        if (!files.IsEmpty)
        {
            found.Add((step, files));
        }
    }

    /// <summary>Fails the build when any step differed.</summary>
    /// <exception cref="BuildException">Names the steps, the files and what differs.</exception>
    public void ThrowIfDifferent(SourceText file)
    {
        if (found.IsEmpty)
        {
            return;
        }

        var steps = found.OrderBy(f => f.Step.Span?.Start).ToList();
        throw new BuildException("SB3008", "not reproducible: a second run of the same step made other files\n" + string.Join('\n', steps.Select(Describe)))
        {
            File = file,
            Span = steps[0].Step.Span,
            StepName = steps[0].Step.Name,
            Hint = "let the step write no times, random numbers, caches or logs, or remove such files in the same step",
        };
    }

    private static string Describe((Step Step, ImmutableArray<LayerDifference> Files) difference)
    {
        var lines = difference.Files.Take(MostFiles).Select(f => $"  {f.Path}: {f.What}");
        var rest = difference.Files.Length > MostFiles ? [$"  and {difference.Files.Length - MostFiles} more"] : Array.Empty<string>();
        return string.Join('\n', [difference.Step.Name, .. lines, .. rest]);
    }
}
