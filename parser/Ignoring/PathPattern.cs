namespace SharpBuild.Parser.Ignoring;

/// <summary>A path pattern: Go's <c>filepath.Match</c>, where <c>*</c> stays inside one path element; with or without <c>**</c>. Thread-safe.</summary>
/// <remarks>The only engine for such patterns: ignore files, <c>--exclude</c>, and the sources of COPY and ADD all use it.</remarks>
public sealed class PathPattern
{
    private readonly PathMatcher matcher;
    private readonly string? suffix;

    private PathPattern(PathMatcher matcher, string? suffix) => (this.matcher, this.suffix) = (matcher, suffix);

    /// <summary>Reads a pattern.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="allowsDoubleStar">Whether <c>**</c> matches any directories, as in ignore files and with <c>--parents</c>.</param>
    /// <exception cref="PatternSyntaxException">The pattern is malformed.</exception>
    public static PathPattern Parse(string pattern, bool allowsDoubleStar = false)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return new(new PathMatcher(PathTokens.Parse(pattern, allowsDoubleStar)), allowsDoubleStar ? SuffixOf(pattern) : null);
    }

    /// <summary>Whether <paramref name="path"/> has a <c>*</c>, <c>?</c> or <c>[</c> that no backslash escapes.</summary>
    public static bool IsPattern(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        for (var at = 0; at < path.Length; at++)
        {
            if (path[at] == '\\')
            {
                at++;
            }
            else if (path[at] is '*' or '?' or '[')
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a whole path matches. Takes time proportional to path times pattern, whatever the pattern.</summary>
    public bool Matches(ReadOnlySpan<char> path) =>
        suffix is null
            ? matcher.Matches(path)
            : path.EndsWith(suffix, StringComparison.Ordinal) || (suffix.StartsWith('/') && path.SequenceEqual(suffix.AsSpan(1)));

    /// <summary>Whether a path or a directory above it matches.</summary>
    public bool Covers(ReadOnlySpan<char> path)
    {
        if (suffix is null)
        {
            return matcher.Covers(path);
        }

        for (var end = path.Length; end >= 0; end = path[..end].LastIndexOf('/'))
        {
            if (Matches(path[..end]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether something below a directory could match.</summary>
    public bool MayMatchBelow(ReadOnlySpan<char> directory) => suffix is not null || matcher.MayMatchBelow(directory);

    // "**x" with nothing special behind it means "ends with x", even in the middle of a name: moby's patternmatcher has
    // it so, and so "**.md" matches "a/b.md".
    private static string? SuffixOf(string text) =>
        text.StartsWith("**", StringComparison.Ordinal) && text.AsSpan(2).IndexOfAny("*?[]\\") < 0 ? text[2..] : null;
}
