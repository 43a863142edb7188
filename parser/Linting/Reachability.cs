using System.Collections.Immutable;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Linting;

/// <summary>Which stages a target needs.</summary>
internal static class Reachability
{
    /// <summary>The stages that are checked, in file order: those that the target needs, or all.</summary>
    public static ImmutableArray<StageFacts> Filter(IReadOnlyList<StageFacts> stages, LintOptions options)
    {
        var target = options.Target is { } name ? Find(stages, name) : options.IsBuild ? stages[^1] : null;
        if (target is not { } last)
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

    /// <summary>The stage of that name; the last where several have it, null where none has.</summary>
    public static StageFacts? Find(IReadOnlyList<StageFacts> stages, string name) => stages.LastOrDefault(s => IsNamed(s, name));

    /// <summary>The stages that a stage takes something from: its base, and what COPY and mounts name.</summary>
    public static IEnumerable<StageFacts> SourcesOf(StageFacts stage, IReadOnlyList<StageFacts> stages)
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
