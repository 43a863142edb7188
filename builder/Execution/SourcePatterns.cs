using SharpBuild.Cache.Content;
using SharpBuild.Parser.Ignoring;

namespace SharpBuild.Builder.Execution;

/// <summary>The patterns that the sources of COPY and ADD may be.</summary>
internal sealed class SourcePatterns : IPathPatterns
{
    public static readonly SourcePatterns Instance = new();

    public bool IsPattern(string text) => PathPattern.IsPattern(text);

    public IPathPattern? TryParse(string text, bool allowsDoubleStar)
    {
        try
        {
            return new Source(PathPattern.Parse(text, allowsDoubleStar));
        }
        catch (PatternSyntaxException)
        {
            return null;
        }
    }

    private sealed class Source(PathPattern pattern) : IPathPattern
    {
        public bool Matches(ReadOnlySpan<char> path) => pattern.Matches(path);

        public bool Covers(ReadOnlySpan<char> path) => pattern.Covers(path);

        public bool MayMatchBelow(ReadOnlySpan<char> directory) => pattern.MayMatchBelow(directory);
    }
}
