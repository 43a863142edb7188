using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Linting;

/// <summary>Which stages take something from which: their base, and what COPY and mounts name.</summary>
internal sealed class StageGraph
{
    private readonly IReadOnlyList<StageFacts> stages;
    private readonly Dictionary<string, StageFacts> byName = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Of all stages of a file. Where several have a name, the last has it.</summary>
    public StageGraph(IReadOnlyList<StageFacts> stages)
    {
        this.stages = stages;
        foreach (var stage in stages)
        {
            if (stage.Stage.From.Name is { } name)
            {
                byName[name.Text] = stage;
            }
        }
    }

    /// <summary>The stage that is asked for; null when nobody asks for one, or for one that there is not.</summary>
    public StageFacts? FindTarget(LintOptions options) => options.Target is { } name ? byName.GetValueOrDefault(name) : null;

    /// <summary>A stage, then what it needs, each before what it needs in turn and each once. Not recursive: a chain may have thousands.</summary>
    public IEnumerable<StageFacts> Walk(StageFacts target)
    {
        var seen = new HashSet<StageFacts>(ReferenceEqualityComparer.Instance);
        var open = new Stack<StageFacts>([target]);
        while (open.TryPop(out var stage))
        {
            if (seen.Add(stage))
            {
                yield return stage;
                foreach (var source in SourcesOf(stage).Reverse())
                {
                    open.Push(source);
                }
            }
        }
    }

    private IEnumerable<StageFacts> SourcesOf(StageFacts stage)
    {
        if (stage.Base is { } parent)
        {
            yield return parent;
        }

        foreach (var name in stage.Stage.Instructions.SelectMany(NamesOf))
        {
            if (int.TryParse(name, out var index) && index >= 0 && index < stages.Count)
            {
                yield return stages[index];
            }
            else if (byName.TryGetValue(name, out var source))
            {
                yield return source;
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
}
