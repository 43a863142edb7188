using SharpBuild.Builder.Fetching;

namespace SharpBuild.Builder.Execution;

/// <summary>What all graphs of one build share.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Services">What it works with.</param>
/// <param name="Events">Who hears of it.</param>
/// <param name="Images">The images that are named.</param>
/// <param name="Agents">The SSH agents.</param>
/// <param name="Remote">What comes from outside.</param>
internal sealed record BuildTools(BuildOptions Options, BuilderServices Services, EventWriter Events, BaseImages Images, SshAgents Agents, RemoteFiles Remote)
{
    /// <summary>Compares two runs of each step; null when nobody asked for that.</summary>
    public ReproductionCheck? Check { get; init; }
}
