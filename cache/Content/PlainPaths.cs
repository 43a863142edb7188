namespace SharpBuild.Cache.Content;

/// <summary>Sources that mean themselves, whatever characters they hold.</summary>
internal sealed class PlainPaths : IPathPatterns
{
    public static readonly PlainPaths Instance = new();

    public bool IsPattern(string text) => false;

    public IPathPattern? TryParse(string text, bool allowsDoubleStar) => new Plain(text);

    private sealed class Plain(string text) : IPathPattern
    {
        public bool Matches(ReadOnlySpan<char> path) => path.SequenceEqual(text);

        public bool Covers(ReadOnlySpan<char> path) =>
            path.StartsWith(text, StringComparison.Ordinal) && (path.Length == text.Length || path[text.Length] == '/');

        public bool MayMatchBelow(ReadOnlySpan<char> directory) =>
            text.Length > directory.Length && text[directory.Length] == '/' && text.AsSpan().StartsWith(directory);
    }
}
