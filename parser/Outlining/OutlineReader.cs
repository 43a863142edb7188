using System.Collections.Immutable;
using SharpBuild.Parser.Expansion;
using SharpBuild.Parser.Linting;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Outlining;

/// <summary>Finds out what a target can be given from outside.</summary>
public static class OutlineReader
{
    /// <summary>Reads the outline of the target that <paramref name="options"/> name, or of the last stage.</summary>
    /// <param name="file">The file.</param>
    /// <param name="options">Build arguments, platform and target; an unknown target counts as none.</param>
    public static Outline Read(Dockerfile file, LintOptions options)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(options);
        var stages = LintModel.WalkAll(file, options);
        var graph = new StageGraph(stages);
        var target = graph.FindTarget(options) ?? stages[^1];
        var collector = new OutlineCollector(options, GlobalArguments(file, options));
        foreach (var stage in graph.Walk(target))
        {
            collector.Collect(stage);
        }

        var from = target.Stage.From;
        var own = from.Name?.Text.ToLowerInvariant() ?? "";
        return new(own, DocComment.Find(from, own), InOrder(collector.Arguments), InOrder(collector.Secrets), InOrder(collector.Agents));
    }

    private static ImmutableArray<OutlineArgument> InOrder(Dictionary<string, OutlineArgument> found) => [.. found.Values.OrderBy(static a => a.Span.Start)];

    private static ImmutableArray<OutlineMount> InOrder(Dictionary<string, OutlineMount> found) => [.. found.Values.OrderBy(static m => m.Span.Start)];

    private static Dictionary<string, GlobalArgument> GlobalArguments(Dockerfile file, LintOptions options)
    {
        var expander = new VariableExpander(file.Escape);
        var values = new Dictionary<string, string>(options.PlatformArguments, StringComparer.Ordinal);
        var arguments = new Dictionary<string, GlobalArgument>(StringComparer.Ordinal);
        foreach (var arg in file.GlobalArgs)
        {
            foreach (var (word, text) in arg.Declarations)
            {
                var expansion = text is null || options.BuildArguments.ContainsKey(word.Text) ? null : Expansions.TryExpand(expander, text, values.GetValueOrDefault);
                var value = options.BuildArguments.GetValueOrDefault(word.Text) ?? expansion?.Value;
                if (value is not null)
                {
                    values[word.Text] = value;
                }

                var argument = new OutlineArgument(word.Text, DocComment.Find(arg, word.Text), value ?? "", arg.Span);
                arguments[word.Text] = new(argument, value is not null, expansion?.Used ?? []);
            }
        }

        return arguments;
    }
}
