using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace SharpBuild.Parser.Expansion;

/// <summary>An expanded word.</summary>
/// <param name="Value">The value.</param>
/// <param name="Unset">The names that were used, are not set and had nothing to stand in for them.</param>
[SuppressMessage("Design", "MA0049:Type name should not match containing namespace", Justification = "The thing is called so; nobody names the namespace.")]
public readonly record struct Expansion(string Value, ImmutableArray<string> Unset)
{
    /// <summary>The names that were used and are not set, but have a default or an alternative (<c>${x:-y}</c>, <c>${x:+y}</c>).</summary>
    public ImmutableArray<string> Defaulted { get; init; } = [];

    /// <summary>The names that were used and are set.</summary>
    public ImmutableArray<string> Used { get; init; } = [];
}
