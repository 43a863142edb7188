using System.Collections.Immutable;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Linting;

/// <summary>Which stages a target needs.</summary>
internal static class Reachability
{
    /// <summary>The stages that <paramref name="target"/> needs, in file order; all when it is null or unknown.</summary>
    public static ImmutableArray<StageFacts> Filter(IReadOnlyList<StageFacts> stages, string? target)
    {
        if (target is null || stages.LastOrDefault(s => IsNamed(s, target)) is not { } last)
        {
            return [.. stages];
        }

        var needed = new HashSet<StageFacts>(ReferenceEqualityComparer.Instance);
        var open = new Stack<StageFacts>([last]);
        while (open.TryPop(out var stage))
        {
            if (needed.Add(stage))
            {
                foreach (var source in SourcesOf(stage, stages))
                {
                    open.Push(source);
                }
            }
        }

        return [.. stages.Where(needed.Contains)];
    }

    private static IEnumerable<StageFacts> SourcesOf(StageFacts stage, IReadOnlyList<StageFacts> stages)
    {
        if (stage.Base is { } parent)
        {
            yield return parent;
        }

        foreach (var name in stage.Stage.Instructions.SelectMany(NamesOf))
        {
            var isIndex = int.TryParse(name, out var index) && index >= 0 && index < stages.Count;
            if (isIndex || stages.Any(s => IsNamed(s, name)))
            {
                yield return isIndex ? stages[index] : stages.Last(s => IsNamed(s, name));
            }
        }
    }

    private static IEnumerable<string> NamesOf(Instruction instruction) => instruction switch
    {
        CopyInstruction { From: { } from } => [from.Text],
        RunInstruction run => run.Mounts.SelectMany(static m => m.Text.Split(','))
            .Where(static f => f.StartsWith("from=", StringComparison.OrdinalIgnoreCase)).Select(static f => f[5..]),
        _ => [],
    };

    private static bool IsNamed(StageFacts stage, string name) =>
        string.Equals(stage.Stage.From.Name?.Text, name, StringComparison.OrdinalIgnoreCase);
}
