using System.Collections.Immutable;

namespace SharpBuild.Cache.Content;

/// <summary>Which files of a tree a COPY or ADD takes.</summary>
public sealed record CopySelection
{
    /// <summary>The sources as written, variables expanded: paths, or patterns when there are <see cref="Patterns"/>.</summary>
    public required ImmutableArray<string> Sources { get; init; }

    /// <summary>How sources are read as patterns; null when they are plain paths.</summary>
    public IPathPatterns? Patterns { get; init; }

    /// <summary><c>--parents</c>: keep the path from the root, or from the first <c>/./</c> on.</summary>
    public bool Parents { get; init; }

    /// <summary><c>--exclude</c>: judges each path below a copied directory, relative to that directory; null excludes nothing.</summary>
    public Func<string, bool, PathVerdict>? Exclude { get; init; }

    /// <summary>The patterns behind <see cref="Exclude"/>: they go into keys.</summary>
    public ImmutableArray<string> ExcludePatterns { get; init; } = [];

    /// <summary>Whether a symbolic link that is named itself is copied as a link instead of what it leads to. COPY never does.</summary>
    public bool KeepNamedLinks { get; init; }

    /// <summary>Whether it is one file or directory without a pattern, so that no two of its files have the same place below the destination.</summary>
    public bool IsOnePath => Sources is [var only] && !PatternsOrPaths.IsPattern(only);

    internal IPathPatterns PatternsOrPaths => Patterns ?? PlainPaths.Instance;

    /// <summary>Adds what is selected, as written, to a key.</summary>
    public void AddTo(CacheKeyBuilder key)
    {
        ArgumentNullException.ThrowIfNull(key);
        key.Add("sources", Sources).Add("parents", Parents).Add("exclude", ExcludePatterns).Add("keep links", KeepNamedLinks);
    }
}
