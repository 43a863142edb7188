using System.Collections.Immutable;

namespace SharpBuild.Image;

/// <summary>Empty sorted collections that order as Go's JSON does: by bytes.</summary>
public static class Sorted
{
    /// <summary>An empty set of strings in ordinal order.</summary>
    public static ImmutableSortedSet<string> NoStrings { get; } = ImmutableSortedSet<string>.Empty.WithComparer(StringComparer.Ordinal);

    /// <summary>An empty dictionary in ordinal order of its keys.</summary>
    public static ImmutableSortedDictionary<string, string> NoPairs { get; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}
