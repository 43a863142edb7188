using SharpBuild.Builder.Planning;
using SharpBuild.Parser;

namespace SharpBuild.Builder.Inspection;

/// <summary>Makes a public value of the planner's graph.</summary>
internal static class GraphReader
{
    /// <summary>The graph of a plan.</summary>
    public static StepGraph Read(SourceText source, FinishedPlan plan) =>
        new(source, [.. plan.Graph.Steps.Select(Describe)], plan.Target.Definition.ToString());

    private static GraphStep Describe(Step step) => new(
        step.Definition.ToString(),
        step.Kind,
        step.Name.Length > 0 ? step.Name : NameOf(step),
        [.. step.Inputs.Select(static i => i.Definition.ToString())],
        step.Span);

    private static string NameOf(Step step) => step switch
    {
        ScratchStep => "scratch",
        ContextStep { ContextName: ContextStep.Main } => "build context",
        ContextStep named => $"build context {named.ContextName}",
        ImageStep image => $"FROM {image.Image.Reference}",
        _ => step.Kind,
    };
}
