using System.Collections.Immutable;
using SharpBuild.Builder.Devices;
using SharpBuild.Image;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Builder.Planning;

/// <summary>All that the planner may know: no disk, no clock, no network.</summary>
internal sealed record PlanRequest
{
    public required Dockerfile Dockerfile { get; init; }

    public required BuildOptions Options { get; init; }

    /// <summary>The base images that are resolved so far.</summary>
    public required ImmutableDictionary<ImageKey, ResolvedImage> Images { get; init; }

    /// <summary>Adds the step whose files are the build context, when that is no directory of this machine; null when it is.</summary>
    public Func<BuildGraph.Builder, Step>? AddContext { get; init; }

    /// <summary>The devices of this machine, which are read when a step asks for one; null where nothing is built: then none is looked up.</summary>
    public Lazy<DeviceRegistry>? Devices { get; init; }

    /// <summary>The platform of the machine that builds.</summary>
    public required Platform BuildPlatform { get; init; }

    /// <summary>Whether the names of steps begin with their platform.</summary>
    public bool ShowsPlatform { get; init; }
}

/// <summary>What came of planning.</summary>
internal abstract record PlanResult;

/// <summary>Images must be resolved before the plan can be made; ask again with them.</summary>
/// <param name="Images">Each with the instruction that names it.</param>
internal sealed record ImagesNeeded(ImmutableArray<ImageUse> Images) : PlanResult;

/// <summary>An image and the instruction that names it.</summary>
/// <param name="Key">The image.</param>
/// <param name="Instruction">The instruction.</param>
internal sealed record ImageUse(ImageKey Key, Instruction Instruction);

/// <summary>A finished plan of a whole build.</summary>
/// <param name="Graph">What to do for all platforms.</param>
/// <param name="Images">What is made for each, in the order in which they were asked for.</param>
internal sealed record BuildPlan(BuildGraph Graph, ImmutableArray<FinishedPlan> Images) : PlanResult
{
    /// <summary>The roots of the images.</summary>
    public ImmutableArray<Step> Targets => [.. Images.Select(static image => image.Target).Distinct()];
}

/// <summary>A finished plan for one platform.</summary>
/// <param name="Platform">The platform that was asked for, or this machine's.</param>
/// <param name="Graph">What to do.</param>
/// <param name="Target">The result's root.</param>
/// <param name="Config">The result's config: history without times, no layer digests of new layers.</param>
/// <param name="BaseConfig">The config of the base image that the target descends from, if any.</param>
/// <param name="Layers">The steps that make the result's new layers, in order.</param>
internal sealed record FinishedPlan(
    Platform Platform,
    BuildGraph Graph,
    Step Target,
    ImageConfig Config,
    ImageConfig? BaseConfig,
    ImmutableArray<Step> Layers) : PlanResult;
