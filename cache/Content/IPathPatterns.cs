namespace SharpBuild.Cache.Content;

/// <summary>How a source of COPY is read as a pattern. The rules are the Dockerfile's; whoever knows those brings them.</summary>
public interface IPathPatterns
{
    /// <summary>Whether a text is a pattern rather than a plain path.</summary>
    bool IsPattern(string text);

    /// <summary>Reads a pattern or plain path; null when it is malformed.</summary>
    /// <param name="text">The text.</param>
    /// <param name="allowsDoubleStar">Whether <c>**</c> matches any directories.</param>
    IPathPattern? TryParse(string text, bool allowsDoubleStar);
}

/// <summary>A pattern that was read. Matching must take linear time: patterns and names may be hostile.</summary>
public interface IPathPattern
{
    /// <summary>Whether a whole path matches.</summary>
    bool Matches(ReadOnlySpan<char> path);

    /// <summary>Whether a path or a directory above it matches.</summary>
    bool Covers(ReadOnlySpan<char> path);

    /// <summary>Whether something below a directory may match.</summary>
    bool MayMatchBelow(ReadOnlySpan<char> directory);
}
