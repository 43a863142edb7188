namespace SharpBuild.Parser.Sources;

/// <summary>A git remote in its parts, before anybody asks what its query means.</summary>
/// <param name="Remote">What git is told.</param>
/// <param name="Transport">How git reaches it.</param>
/// <param name="Host">The server, with its port where one is given.</param>
/// <param name="Query">The query, encoded.</param>
/// <param name="FragmentRef">What stands before the colon of the fragment.</param>
/// <param name="FragmentSubdirectory">What stands behind it, cleaned.</param>
internal readonly record struct GitUrl(string Remote, GitTransport Transport, string Host, string Query, string FragmentRef, string FragmentSubdirectory)
{
    /// <summary>Reads <c>scheme://…</c> and <c>user@host:path</c>; null for anything that is no git remote (BuildKit util/gitutil/git_url.go).</summary>
    /// <param name="text">The remote with query and fragment.</param>
    /// <param name="isRepository">Whether it is known to be a repository, so that its name need not say it.</param>
    public static GitUrl? TryParse(string text, bool isRepository = false)
    {
        var parts = UrlText.Split(text);
        var end = parts.Address.IndexOf("://", StringComparison.Ordinal);
        return end > 0 && parts.Address[..end].All(char.IsAsciiLetterOrDigit) ? WithScheme(parts, end, isRepository) : ScpStyle(parts);
    }

    private static GitUrl? WithScheme(UrlText parts, int end, bool isRepository)
    {
        var scheme = parts.Address[..end].ToLowerInvariant();
        var authority = parts.Address[(end + 3)..];
        var slash = authority.IndexOf('/');
        var (server, path) = slash < 0 ? (authority, "") : (authority[..slash], authority[slash..]);
        if (ReadTransport(scheme) is not { } transport || UrlText.Decode(path) is not { } decoded || UrlText.Decode(parts.Fragment) is not { } fragment)
        {
            return null;
        }

        // A web server has more than repositories: there the name must say it.
        if (!isRepository && transport is (GitTransport.Http or GitTransport.Https) && !decoded.EndsWith(".git", StringComparison.Ordinal))
        {
            return null;
        }

        var host = server[(server.LastIndexOf('@') + 1)..];
        return Create($"{scheme}://{authority}", transport, host, parts.Query, fragment);
    }

    private static GitUrl? ScpStyle(UrlText parts)
    {
        var (user, rest) = UrlText.Cut(parts.Address, '@');
        var (host, path) = UrlText.Cut(rest, ':');
        return path.Length > 0 && IsName(user, "-_") && IsName(host, "-.")
            ? Create(parts.Address, GitTransport.Ssh, host, parts.Query, parts.Fragment)
            : null;
    }

    private static bool IsName(string text, string others) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || others.Contains(c));

    private static GitTransport? ReadTransport(string scheme) => scheme switch
    {
        "https" => GitTransport.Https,
        "http" => GitTransport.Http,
        "ssh" => GitTransport.Ssh,
        "git" => GitTransport.Git,
        _ => null,
    };

    private static GitUrl Create(string remote, GitTransport transport, string host, string query, string fragment)
    {
        var (name, directory) = UrlText.Cut(fragment, ':');
        return new(remote, transport, host, query, name, CleanDirectory(directory));
    }

    /// <summary>A path inside a repository without <c>.</c>, <c>..</c> and slashes around it: it cannot leave the repository.</summary>
    public static string CleanDirectory(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part != ".." && part != ".")
            {
                parts.Add(part);
            }
            else if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }

        return string.Join('/', parts);
    }
}
