using System.Collections.Immutable;

namespace SharpBuild.Builder;

/// <summary>One <c>--cache-from</c> or <c>--cache-to</c>.</summary>
/// <param name="Type"><c>registry</c>, <c>local</c> or <c>inline</c>.</param>
/// <param name="Attributes">The other <c>key=value</c> pairs as given; an unknown one is refused.</param>
public sealed record CacheOptions(string Type, ImmutableSortedDictionary<string, string> Attributes);
