using System.Collections.Immutable;
using SharpBuild.Builder.Events;
using SharpBuild.Builder.Planning;
using SharpBuild.Cache;
using SharpBuild.Cache.Sharing;
using SharpBuild.Cache.Traces;
using SharpBuild.Image;
using SharpBuild.Parser.Sources;

namespace SharpBuild.Builder.Execution;

/// <summary>What is known of a step while the graph runs.</summary>
internal sealed class StepStatus(Step step, StepId id)
{
    public Step Step { get; } = step;

    public StepId Id { get; } = id;

    /// <summary>What identifies the step's result: its operation and all that it reads. Null until that is known.</summary>
    public Digest? Key { get; set; }

    /// <summary>What the key was made of; empty when it was remembered and nothing was looked at.</summary>
    public ImmutableArray<KeyPart> Parts
    {
        get;

        // They are kept in records and traces, and a build argument may be a URL with a login. The key was made of the whole.
        set => field = [.. value.Select(static part => part with { Value = UrlLogin.Hide(part.Value) })];
    } = [];

    /// <summary>What became of the step so far.</summary>
    public StepOutcome Outcome { get; set; }

    /// <summary>The result: found, or made. Null until then.</summary>
    public StepResult? Result { get; set; }

    /// <summary>The work, once somebody needs it.</summary>
    public Task? Work { get; set; }

    /// <summary>The bringing of the layers into the store, once somebody needs them.</summary>
    public Task? Arrival { get; set; }

    /// <summary>Whether the cache may not answer before the step's inputs are made: it, or one of them, ignores the cache.</summary>
    public bool MustBeMade { get; set; }

    /// <summary>Whether the result is not what the key says, because a file of the context was written to meanwhile. Nobody else may find it, nor what was made of it.</summary>
    public bool IsUnkeyed { get; set; }

    /// <summary>Whether progress shows the step.</summary>
    public bool IsShown => Step.Name.Length > 0;
}

/// <summary>The root directory that a step leaves, as layers.</summary>
/// <param name="Layers">The whole chain, bottom first.</param>
/// <param name="Created">When the last of them was made.</param>
internal sealed record StepResult(ImmutableArray<LayerId> Layers, DateTimeOffset Created)
{
    /// <summary>Where the layers are when they are not in the store yet: in a shared cache.</summary>
    public ImportedRecord? Pending { get; init; }

    /// <summary>An empty root.</summary>
    public static readonly StepResult Empty = new([], default);
}
