using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SharpBuild.Image.Web;

namespace SharpBuild.Builder.Fetching;

/// <summary>
/// Where repositories are redirected to. git would follow redirects by rules of its own, and take a token for <c>https://host</c> along to
/// <c>http://other</c>; so it follows none, and what it complains about is followed by the <see cref="WebClient"/>, whose rules then hold for git, too.
/// </summary>
internal sealed class GitRoutes(GitAccess access, WebClient client)
{
    private const string Discovery = "info/refs?service=git-upload-pack";
    private const int MostRoutes = 32;
    private readonly Dictionary<string, string> routes = new(StringComparer.Ordinal);
    private readonly List<(string Name, string Value)> settings = [];

    /// <summary>Settings that make git take the routes.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings => settings;

    /// <summary>Whether a line of git's is about a redirect, which is no news for the user.</summary>
    public static bool IsRedirect(string line) => FindRedirected(line) is not null;

    /// <summary>Learns where a repository went from what git complains about; false when that is something else.</summary>
    /// <exception cref="BuildException">It may not be followed.</exception>
    public async Task<bool> TryLearnAsync(string complaint, CancellationToken cancellationToken)
    {
        if (FindRedirected(complaint) is not { } from || routes.Count == MostRoutes)
        {
            return false;
        }

        if (routes.ContainsKey(from) || !Uri.TryCreate(from + Discovery, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            return false;
        }

        var header = access.HeaderFor(from);
        var place = new WebPlace(address, from.TrimEnd('/'), header) { NeedsTls = true };
        using var answer = await client.FollowAsync(place, static uri => new HttpRequestMessage(HttpMethod.Get, uri), cancellationToken);
        var last = answer.RequestMessage!.RequestUri!;
        if (last == address || !last.AbsoluteUri.EndsWith("/" + Discovery, StringComparison.Ordinal))
        {
            return false;
        }

        var to = last.AbsoluteUri[..^Discovery.Length];
        routes[from] = to;
        Add($"url.{to.TrimEnd('/')}.insteadOf", from.TrimEnd('/'));
        if (header is not null && WebClient.IsSameSite(address, last) && access.HeaderFor(to) is null)
        {
            Add($"http.{to}.extraheader", "Authorization: " + header);
        }

        await PinAsync(address, last, cancellationToken);
        return true;
    }

    // Else a name server could tell git another address than it told us.
    private async Task PinAsync(Uri from, Uri to, CancellationToken cancellationToken)
    {
        if (client.Proxy.GetProxy(to) is not null || IPAddress.TryParse(to.Host.Trim('[', ']'), out _))
        {
            return;
        }

        try
        {
            var addresses = await WebConnections.ResolveAsync(to.IdnHost, client.Limit(from, to), cancellationToken);
            Add("http.curloptResolve", string.Create(CultureInfo.InvariantCulture, $"{to.IdnHost}:{to.Port}:{string.Join(',', addresses.Select(Bracket))}"));
        }
        catch (Exception exception) when (exception is SocketException or ForbiddenPlaceException)
        {
            throw FetchErrors.Create(FetchErrors.Refused, $"{from.GetLeftPart(UriPartial.Path)} is redirected to {to.Authority}: {exception.Message}", ForbiddenPlaceException.Hint, exception);
        }
    }

    private static string Bracket(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();

    private void Add(string name, string value) => settings.Add((name, value));

    // At the start of a line: what a server says stands behind "remote:".
    // By hand: the code of a generated regular expression has a name that depends on the directory it is compiled in. Only git's own
    // lines count, not those that begin with "remote:", which the server writes.
    private static string? FindRedirected(string text)
    {
        const string before = "unable to access '";
        const string behind = "': The requested URL returned error: 30";
        foreach (var line in text.Split('\n'))
        {
            var start = "fatal: ".Length + before.Length;
            if (!line.StartsWith("fatal: " + before, StringComparison.Ordinal) && !line.StartsWith("error: " + before, StringComparison.Ordinal))
            {
                continue;
            }

            var end = line.IndexOf('\'', start);
            var code = end + behind.Length;
            if (end > start && code < line.Length && line.AsSpan(end).StartsWith(behind) && line[code] is '1' or '2' or '3' or '7' or '8')
            {
                return line[start..end];
            }
        }

        return null;
    }
}
