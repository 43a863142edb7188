using System.Buffers;

namespace SharpBuild.Parser.Ignoring;

/// <summary>One line of an ignore file.</summary>
internal sealed class IgnorePattern
{
    private static readonly SearchValues<char> SpecialCharacters = SearchValues.Create("*[]?^\\");

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

    /// <summary>Reads a line of an ignore file; null for a blank one.</summary>
    /// <exception cref="PatternSyntaxException">The pattern is malformed.</exception>
    /// <remarks>
    /// As moby's <c>ignorefile</c> package, which cleans what follows the exclamation mark and takes a slash from its front.
    /// The result is then read like any other pattern, which cleans it once more: <c>!/</c> is refused for that reason,
    /// and the exclamation mark of <c>!../..</c> is lost.
    /// </remarks>
    public static IgnorePattern? ParseLine(string line)
    {
        var text = line.Trim();
        var isException = text.StartsWith('!');
        text = isException ? text[1..].Trim() : text;
        text = text.Length == 0 ? text : CleanPath.Of(text);
        text = text.Length > 1 && text[0] == '/' ? text[1..] : text;
        return Parse(isException ? "!" + text : text);
    }

    /// <summary>Reads a pattern; null for a blank one.</summary>
    /// <exception cref="PatternSyntaxException">The pattern is malformed.</exception>
    public static IgnorePattern? Parse(string pattern)
    {
        var text = pattern.Trim();
        if (text.Length == 0)
        {
            return null;
        }

        text = CleanPath.Of(text);
        if (text == "!")
        {
            throw new PatternSyntaxException(pattern, "takes nothing back in: a path must follow the exclamation mark");
        }

        var isException = text.StartsWith('!');
        text = isException ? text[1..] : text;
        return new(text, isException, PathPattern.Parse(text, allowsDoubleStar: true));
    }

    /// <summary>Whether it matches <paramref name="path"/> itself (not merely a directory above it).</summary>
    public bool Matches(ReadOnlySpan<char> path) => pattern.Matches(path);

    /// <summary>Whether a walk looks for it below every directory, since its directory is not a plain name.</summary>
    public bool MayMatchAnywhere => Directory.AsSpan().IndexOfAny(SpecialCharacters) >= 0;

    /// <summary>Whether a walk looks for it below <paramref name="directory"/>, when its directory is a plain name.</summary>
    public bool MayMatchBelow(string directory) =>
        Directory.StartsWith(directory, StringComparison.Ordinal) && (Directory.Length == directory.Length || Directory[directory.Length] == '/');

    // The pattern without a "/*" or "/**" at its end: what that matches lies below the directory before it.
    private string Directory => WithoutEnd(WithoutEnd(Text, "/**"), "/*");

    private static string WithoutEnd(string text, string end) => text.EndsWith(end, StringComparison.Ordinal) ? text[..^end.Length] : text;
}
