using System.Diagnostics.CodeAnalysis;

namespace SharpBuild.Parser.Sources;

/// <summary>Files that come over the network: what ADD, a build context or a Dockerfile may name instead of a path. The family is closed.</summary>
/// <param name="Text">As it was written, after expansion.</param>
public abstract record RemoteSource(string Text)
{
    /// <summary>The source for messages: a name and password in the URL are hidden.</summary>
    public string DisplayText => HidePassword(Text);

    /// <summary>The same URL with the name and password in it hidden, if it has both.</summary>
    public static string HidePassword(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        var mark = url.IndexOf("://", StringComparison.Ordinal);
        var start = mark + 3;
        if (mark < 0)
        {
            return url;
        }

        var end = url.AsSpan(start).IndexOfAny('/', '?', '#') is var length and >= 0 ? start + length : url.Length;
        var at = url.AsSpan(start, end - start).LastIndexOf('@');
        return at >= 0 && url.AsSpan(start, at).Contains(':') ? $"{url[..start]}xxxxx:xxxxx{url[(start + at)..]}" : url;
    }

    /// <summary>
    /// Reads a source of ADD. False means a path: also for <c>github.com/user/repository</c>, which may be a directory of the context.
    /// </summary>
    /// <param name="text">The source after expansion.</param>
    /// <param name="source">What it names.</param>
    /// <exception cref="SourceSyntaxException">It names a git repository and says something wrong about it.</exception>
    public static bool TryParse(string text, [NotNullWhen(true)] out RemoteSource? source)
    {
        ArgumentNullException.ThrowIfNull(text);
        source = GitUrl.TryParse(text) is { } url ? GitSource.Read(text, url) : HttpSource.TryParse(text);
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
