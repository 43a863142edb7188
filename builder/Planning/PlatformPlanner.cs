using System.Collections.Immutable;
using SharpBuild.Image;

namespace SharpBuild.Builder.Planning;

/// <summary>Plans a build once for each of its platforms, into one graph: what is the same for two of them, such as a stage on <c>$BUILDPLATFORM</c>, is one step. Pure, as the planner is.</summary>
internal static class PlatformPlanner
{
    /// <summary>Plans, or names the images that must be resolved first, those of all platforms at once.</summary>
    /// <inheritdoc cref="Planner.Plan(PlanRequest, BuildGraph.Builder)"/>
    public static PlanResult Plan(PlanRequest request)
    {
        var graph = new BuildGraph.Builder();
        var images = ImmutableArray.CreateBuilder<FinishedPlan>(request.Options.Platforms.Length);
        var missing = ImmutableArray<ImageUse>.Empty;
        foreach (var platform in request.Options.Platforms)
        {
            switch (Planner.Plan(For(request, platform), graph))
            {
                case FinishedPlan image:
                    images.Add(image);
                    break;
                case ImagesNeeded needed:
                    missing = missing.AddRange(needed.Images);
                    break;
            }
        }

        return missing.IsEmpty ? new BuildPlan(graph.Build(), images.ToImmutable()) : new ImagesNeeded([.. missing.DistinctBy(use => use.Key)]);
    }

    private static PlanRequest For(PlanRequest request, Platform platform) => request with
    {
        Options = request.Options with { Platform = platform },
        ShowsPlatform = request.Options.MakesIndex,
    };
}
