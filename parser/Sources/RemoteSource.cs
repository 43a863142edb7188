using System.Diagnostics.CodeAnalysis;

namespace SharpBuild.Parser.Sources;

/// <summary>Files that come over the network: what ADD, a build context or a Dockerfile may name instead of a path. The family is closed.</summary>
/// <param name="Text">As it was written, after expansion, without a name and password: it can be shown and kept.</param>
public abstract record RemoteSource(string Text)
{
    /// <summary>The name and password that stood in the URL, for the client that connects; null for none.</summary>
    public UrlLogin? Login { get; init; }

    /// <summary>
    /// Reads a source of ADD. False means a path: also for <c>github.com/user/repository</c>, which may be a directory of the context.
    /// </summary>
    /// <param name="text">The source after expansion.</param>
    /// <param name="source">What it names.</param>
    /// <exception cref="SourceSyntaxException">It names a git repository and says something wrong about it.</exception>
    public static bool TryParse(string text, [NotNullWhen(true)] out RemoteSource? source)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (plain, login) = UrlLogin.Split(text);
        source = GitUrl.TryParse(plain) is { } url ? GitSource.Read(plain, url) : HttpSource.TryParse(plain);
        source = source is null ? null : source with { Login = login };
        return source is not null;
    }

    /// <summary>Reads a build context or the place of a Dockerfile, where <c>github.com/user/repository</c> is a git repository too.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="source">What it names.</param>
    /// <exception cref="SourceSyntaxException">It names a git repository and says something wrong about it.</exception>
    public static bool TryParseContext(string text, [NotNullWhen(true)] out RemoteSource? source)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith("github.com/", StringComparison.Ordinal) && GitUrl.TryParse("https://" + text, isRepository: true) is { } url)
        {
            source = GitSource.Read(text, url);
            return true;
        }

        return TryParse(text, out source);
    }
}
