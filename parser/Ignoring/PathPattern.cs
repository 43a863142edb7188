namespace SharpBuild.Parser.Ignoring;

/// <summary>The patterns of COPY and ADD: Go's <c>filepath.Match</c>, where <c>*</c> stays inside one path element.</summary>
public static class PathPattern
{
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

    /// <summary>Whether a pattern matches a whole path.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="path">The path.</param>
    /// <param name="allowsDoubleStar">Whether <c>**</c> matches any directories, as with <c>--parents</c>.</param>
    /// <exception cref="PatternSyntaxException">The pattern is malformed.</exception>
    public static bool Matches(string pattern, string path, bool allowsDoubleStar = false) =>
        new PathMatcher(PathTokens.Parse(pattern, allowsDoubleStar)).Matches(path);
}
