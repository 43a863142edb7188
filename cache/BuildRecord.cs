using System.Collections.Immutable;
using SharpBuild.Image;

namespace SharpBuild.Cache;

/// <summary>The remembered result of a step.</summary>
/// <param name="Key">The key that it is found by.</param>
/// <param name="Layers">The whole snapshot after the step, bottom layer first; empty for <c>scratch</c>.</param>
/// <param name="Created">When the step was run.</param>
/// <param name="Description">The step as people see it.</param>
/// <param name="Parts">What the key was made of.</param>
public sealed record BuildRecord(Digest Key, ImmutableArray<LayerId> Layers, DateTimeOffset Created, string Description, ImmutableArray<KeyPart> Parts)
{
    /// <summary>Facts about the result that later steps need without looking into it, such as the digest of what a COPY read.</summary>
    public ImmutableSortedDictionary<string, string> Facts { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
