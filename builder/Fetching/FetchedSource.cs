using SharpBuild.Builder.Execution;
using SharpBuild.Image;

namespace SharpBuild.Builder.Fetching;

/// <summary>What is known of files from outside once somebody has asked for them.</summary>
/// <param name="Key">What identifies them: their content and the name, mode and time that they get.</param>
/// <param name="Result">The layer that holds them; null while they are not here.</param>
internal sealed record FetchedSource(Digest Key, StepResult? Result)
{
    /// <summary>When they were changed last, as their server says; null when it does not, or was not asked.</summary>
    public DateTimeOffset? Modified { get; init; }

    /// <summary>Whether they were fetched just now, as opposed to found in the store.</summary>
    public bool IsNew { get; init; }
}
