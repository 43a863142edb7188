namespace SharpBuild.Parser.Ignoring;

/// <summary>One line of an ignore file.</summary>
internal sealed class IgnorePattern
{
    private readonly PathPattern pattern;

    private IgnorePattern(string text, bool isException, PathPattern pattern)
    {
        Text = text;
        IsException = isException;
        this.pattern = pattern;
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
        return new(text, isException, PathPattern.Parse(text, allowsDoubleStar: true));
    }

    /// <summary>Whether it matches <paramref name="path"/> itself (not merely a directory above it).</summary>
    public bool Matches(ReadOnlySpan<char> path) => pattern.Matches(path);

    /// <summary>Whether something below <paramref name="directory"/> could match.</summary>
    public bool MayMatchBelow(string directory)
    {
        var plain = Text.EndsWith("/**", StringComparison.Ordinal) ? Text[..^3] : Text.EndsWith("/*", StringComparison.Ordinal) ? Text[..^2] : Text;
        return plain.AsSpan().IndexOfAny("*?[\\") >= 0
            || (plain.Length > directory.Length && plain[directory.Length] == '/' && plain.StartsWith(directory, StringComparison.Ordinal));
    }
}
