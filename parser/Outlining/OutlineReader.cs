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
        var target = options.Target is { } name && Reachability.Find(stages, name) is { } found ? found : stages[^1];
        var collector = new OutlineCollector(stages, options, GlobalArguments(file, options));
        collector.Visit(target);
        var from = target.Stage.From;
        var own = from.Name?.Text.ToLowerInvariant() ?? "";
        return new(own, DocComment.Find(from, own), InOrder(collector.Arguments), InOrder(collector.Secrets), InOrder(collector.Agents));
    }

    private static ImmutableArray<OutlineArgument> InOrder(Dictionary<string, OutlineArgument> found) => [.. found.Values.OrderBy(static a => a.Span.Start)];

    private static ImmutableArray<OutlineMount> InOrder(Dictionary<string, OutlineMount> found) => [.. found.Values.OrderBy(static m => m.Span.Start)];

    // Each with the names that its default uses: who uses the one uses the others.
    private static Dictionary<string, (OutlineArgument Argument, ImmutableArray<string> Uses)> GlobalArguments(Dockerfile file, LintOptions options)
    {
        var expander = new VariableExpander(file.Escape);
        var values = new Dictionary<string, string>(options.PlatformArguments, StringComparer.Ordinal);
        var arguments = new Dictionary<string, (OutlineArgument, ImmutableArray<string>)>(StringComparer.Ordinal);
        foreach (var arg in file.GlobalArgs)
        {
            foreach (var (word, text) in arg.Declarations)
            {
                var expansion = text is null || options.BuildArguments.ContainsKey(word.Text) ? null : Expansions.TryExpand(expander, text.Text, values.GetValueOrDefault);
                var value = options.BuildArguments.GetValueOrDefault(word.Text) ?? expansion?.Value;
                if (value is not null)
                {
                    values[word.Text] = value;
                }

                arguments[word.Text] = (new(word.Text, DocComment.Find(arg, word.Text), value ?? "", arg.Span), expansion?.Used ?? []);
            }
        }

        return arguments;
    }
}
