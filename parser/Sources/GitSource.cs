namespace SharpBuild.Parser.Sources;

/// <summary>A directory of a git repository at some commit.</summary>
/// <param name="Text">As it was written.</param>
/// <param name="Remote">What git is told: the URL without <c>#</c> and <c>?</c>.</param>
/// <param name="Transport">How git reaches it.</param>
/// <param name="Host">The server, with its port where one is given.</param>
public sealed record GitSource(string Text, string Remote, GitTransport Transport, string Host) : RemoteSource(Text)
{
    /// <summary>A branch, tag or commit; null for the default branch.</summary>
    public string? Ref { get; init; }

    /// <summary>The directory inside the repository without slashes around it; empty for all of it.</summary>
    public string Subdirectory { get; init; } = "";

    /// <summary>What the commit's id must begin with; null for anything.</summary>
    public string? Checksum { get; init; }

    /// <summary>Whether <c>.git</c> is kept; null when nothing is said.</summary>
    public bool? KeepsGitDirectory { get; init; }

    /// <summary>Whether submodules are fetched too.</summary>
    public bool HasSubmodules { get; init; } = true;

    /// <summary>Whether files get the time of the commit instead of that of the checkout.</summary>
    public bool UsesCommitTime { get; init; }

    /// <summary>Whether <see cref="Checksum"/> is fetched without asking the server what <see cref="Ref"/> points to.</summary>
    public bool IsFetchedByCommit { get; init; }

    /// <summary>Whether <paramref name="text"/> is the whole id of a commit: SHA-1 or SHA-256 in lower case.</summary>
    public static bool IsCommit(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is 40 or 64 && text.All(char.IsAsciiHexDigitLower);
    }

    internal static GitSource Read(string text, GitUrl url)
    {
        var source = new GitSource(text, url.Remote, url.Transport, url.Host)
        {
            Ref = url.FragmentRef.Length > 0 ? url.FragmentRef : null,
            Subdirectory = url.FragmentSubdirectory,
        };
        source = url.Query.Length > 0 ? GitQuery.Apply(url.Query, source) : source;
        return source.Ref is { } name && name.StartsWith('-')
            ? throw new SourceSyntaxException($"'{name}' is not a name of a branch, tag or commit", "names do not begin with '-'")
            : source;
    }
}
