namespace SharpBuild.Parser.Ignoring;

/// <summary>One line of an ignore file.</summary>
internal sealed class IgnorePattern
{
    private readonly PathMatcher matcher;
    private readonly string? suffix;

    private IgnorePattern(string text, bool isException, PathMatcher matcher, string? suffix)
    {
        Text = text;
        IsException = isException;
        this.matcher = matcher;
        this.suffix = suffix;
    }

    /// <summary>The pattern, cleaned, without <c>!</c>.</summary>
    public string Text { get; }

    /// <summary>Whether it takes paths back in.</summary>
    public bool IsException { get; }

    /// <summary>Reads a pattern; null for a blank one.</summary>
    /// <exception cref="PatternSyntaxException">The pattern is malformed.</exception>
    public static IgnorePattern? Parse(string line)
    {
        var text = line.Trim();
        var isException = text.StartsWith('!');
        text = isException ? text[1..].Trim() : text;
        if (text.Length == 0)
        {
            return isException ? throw new PatternSyntaxException("!", "takes nothing back in: a path must follow the exclamation mark") : null;
        }

        text = CleanPath.Of(text);
        text = text.Length > 1 && text[0] == '/' ? text[1..] : text;
        return new(text, isException, new PathMatcher(PathTokens.Parse(text, allowsDoubleStar: true)), SuffixOf(text));
    }

    /// <summary>Whether it matches <paramref name="path"/> itself (not merely a directory above it).</summary>
    public bool Matches(ReadOnlySpan<char> path) =>
        suffix is null
            ? matcher.Matches(path)
            : path.EndsWith(suffix, StringComparison.Ordinal) || (suffix.StartsWith('/') && path.SequenceEqual(suffix.AsSpan(1)));

    /// <summary>Whether something below <paramref name="directory"/> could match.</summary>
    public bool MayMatchBelow(string directory)
    {
        var plain = Text.EndsWith("/**", StringComparison.Ordinal) ? Text[..^3] : Text.EndsWith("/*", StringComparison.Ordinal) ? Text[..^2] : Text;
        return plain.AsSpan().IndexOfAny("*?[\\") >= 0
            || (plain.Length > directory.Length && plain[directory.Length] == '/' && plain.StartsWith(directory, StringComparison.Ordinal));
    }

    // "**x" with nothing special behind it means "ends with x", even in the middle of a name: moby's patternmatcher has
    // it so, and so "**.md" matches "a/b.md".
    private static string? SuffixOf(string text) =>
        text.StartsWith("**", StringComparison.Ordinal) && text.AsSpan(2).IndexOfAny("*?[]\\") < 0 ? text[2..] : null;
}
