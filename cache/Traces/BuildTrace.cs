using System.Collections.Immutable;
using SharpBuild.Image;

namespace SharpBuild.Cache.Traces;

/// <summary>What a build asked the cache for, kept so that people can be told why a step of the next one ran.</summary>
/// <param name="Time">When it ended.</param>
/// <param name="Steps">Its steps, each after what it stands on.</param>
public sealed record BuildTrace(DateTimeOffset Time, ImmutableArray<StepTrace> Steps);

/// <summary>A step of a build and what its key was made of.</summary>
/// <param name="Name">The step as people see it.</param>
/// <param name="Key">Its key; null when the build ended before it was known.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Parts">What the key was made of.</param>
public sealed record StepTrace(string Name, Digest? Key, StepOutcome Outcome, ImmutableArray<KeyPart> Parts)
{
    /// <summary>Why it was not in the cache; empty for a step that was.</summary>
    public ImmutableArray<StepReason> Reasons { get; init; } = [];
}

/// <summary>What became of a step.</summary>
public enum StepOutcome
{
    /// <summary>The build ended before it.</summary>
    None,

    /// <summary>Its result was in the cache.</summary>
    Cached,

    /// <summary>It ran.</summary>
    Ran,
}

/// <summary>One thing that made a step differ from the closest one that the cache knows.</summary>
/// <param name="Kind">What kind of thing; a stable word for programs.</param>
/// <param name="Subject">What it is about: a file, an argument, a step.</param>
/// <param name="Before">What it was then; null when it was not there.</param>
/// <param name="After">What it is now; null when it is not there any more.</param>
public sealed record StepReason(string Kind, string Subject, string? Before, string? After);
