using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using SharpBuild.Image.Web;
using SharpBuild.Parser.Sources;

namespace SharpBuild.Builder.Fetching;

/// <summary>
/// Asks web servers for files: through the proxy of the environment, with the secrets of the build, along up to ten redirects. An
/// answer that is packed for the way (<c>Content-Encoding: gzip</c>) is unpacked, as BuildKit's client does.
/// </summary>
internal sealed class WebClient(BuildOptions options, EnvironmentProxy proxy, TimeProvider clock) : IDisposable
{
    private const int MaximumRedirects = 10;
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(2);
    private readonly WebConnections connections = new(proxy, clock, unpacks: true);

    /// <summary>The proxies of the environment.</summary>
    public EnvironmentProxy Proxy => proxy;

    /// <summary>Sends a request and returns when the headers of the last answer are there; whatever its status.</summary>
    /// <param name="source">The file.</param>
    /// <param name="prepare">Makes the request for a URL.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BuildException">There is no answer.</exception>
    public Task<HttpResponseMessage> SendAsync(HttpSource source, Func<Uri, HttpRequestMessage> prepare, CancellationToken cancellationToken) =>
        Uri.TryCreate(source.Text, UriKind.Absolute, out var address)
            ? FollowAsync(new WebPlace(address, source.Text, FindAuthorization(address, source.Login, cancellationToken)), prepare, cancellationToken)
            : throw FetchErrors.Create(FetchErrors.Unreachable, $"'{source.Text}' is not a URL", "check its spelling");

    /// <summary>Sends a request to a place and on to where it leads; the answer's request has the last address.</summary>
    /// <exception cref="BuildException">There is no answer.</exception>
    public async Task<HttpResponseMessage> FollowAsync(WebPlace place, Func<Uri, HttpRequestMessage> prepare, CancellationToken cancellationToken)
    {
        var address = place.Address;
        for (var redirects = 0; ; redirects++)
        {
            using var request = prepare(address);
            if (place.Authorization is not null && IsSameSite(place.Address, address))
            {
                request.Headers.TryAddWithoutValidation("Authorization", place.Authorization);
            }

            var reach = redirects == 0 ? Reach.Anywhere : connections.Limit(place.Address, address);
            var response = await SendAsync(request, place, reach, cancellationToken);
            response.RequestMessage ??= request;
            if (FindRedirect(response, address) is not { } next)
            {
                return response;
            }

            response.Dispose();
            address = redirects == MaximumRedirects
                ? throw FetchErrors.Create(FetchErrors.Refused, $"{place.Shown} is redirected more than {MaximumRedirects} times", "use the URL that holds the file itself")
                : place.NeedsTls && IsDowngrade(address, next)
                ? throw FetchErrors.Create(FetchErrors.Refused, $"{place.Shown} is redirected from https to {next.Scheme}://{next.Authority}", "use the URL that it is redirected to if that is what you want")
                : next;
        }
    }

    /// <summary>How far a request for <paramref name="next"/> may go that a server at <paramref name="origin"/> asked for.</summary>
    public Reach Limit(Uri origin, Uri next) => connections.Limit(origin, next);

    /// <summary>Whether secrets for <paramref name="first"/> may go to <paramref name="next"/>: to the host that they are for and to those below it; never from TLS to plain text.</summary>
    public static bool IsSameSite(Uri first, Uri next) =>
        (next.Host == first.Host || next.Host.EndsWith("." + first.Host, StringComparison.OrdinalIgnoreCase)) && !IsDowngrade(first, next);

    /// <summary>The failure of a connection in the user's words.</summary>
    public static BuildException Explain(HttpSource source, Exception exception) =>
        Explain(new WebPlace(Uri.TryCreate(source.Text, UriKind.Absolute, out var address) ? address : new Uri("http://unknown"), source.Text, null), exception);

    /// <inheritdoc/>
    public void Dispose() => connections.Dispose();

    private static BuildException Explain(WebPlace place, Exception exception)
    {
        var host = place.Address.Authority;
        var (code, reason, hint) = exception switch
        {
            _ when Innermost<ForbiddenPlaceException>(exception) is { } forbidden => (FetchErrors.Refused, $"it is redirected: {forbidden.Message}", ForbiddenPlaceException.Hint),
            ProxyFailure failed => (FetchErrors.Unreachable, failed.Message, ProxyFailure.Hint),
            TimeoutException => (FetchErrors.Unreachable, $"{host} did not answer in time", "check the network and the proxy variables HTTPS_PROXY and NO_PROXY"),
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
                (FetchErrors.Unreachable, $"the host name of {host} is not known", "check its spelling, and that this machine reaches a name server"),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
                (FetchErrors.Unreachable, $"there is no secure connection to {host}: {Innermost<AuthenticationException>(exception)?.Message ?? exception.Message}",
                    "add the server's authority to the certificates of this machine"),
            _ when Innermost<SocketException>(exception) is { SocketErrorCode: SocketError.ConnectionRefused } => (FetchErrors.Unreachable, $"nothing is listening on {host}", "check host and port"),
            _ => (FetchErrors.Unreachable, $"the connection to {host} failed: {exception.GetBaseException().Message}", "check the network, then try again"),
        };
        return FetchErrors.Create(code, $"{place.Shown} cannot be fetched: {reason}", hint, exception);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, WebPlace place, Reach reach, CancellationToken cancellationToken)
    {
        request.Headers.TryAddWithoutValidation("User-Agent", "sharpbuild");
        try
        {
            return await connections.SendAsync(request, reach, AnswerLimit, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TimeoutException)
        {
            throw Explain(place, exception);
        }
    }

    // The token is looked at last and wins, as in BuildKit; a name and password in the URL count when there is no secret.
    private string? FindAuthorization(Uri address, UrlLogin? login, CancellationToken cancellationToken) =>
        Secrets.TryRead(options, "HTTP_AUTH_TOKEN_" + address.Host, cancellationToken) is { } token ? "Bearer " + token
        : Secrets.TryRead(options, "HTTP_AUTH_HEADER_" + address.Host, cancellationToken) is { } header ? header
        : login?.ToHeader();

    private static Uri? FindRedirect(HttpResponseMessage response, Uri address) =>
        response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
        && response.Headers.Location is { } location && new Uri(address, location) is { Scheme: "http" or "https" } next
            ? next
            : null;

    private static bool IsDowngrade(Uri first, Uri next) => first.Scheme == "https" && next.Scheme != "https";

    private static T? Innermost<T>(Exception? exception)
        where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T found)
            {
                return found;
            }
        }

        return null;
    }
}

/// <summary>What a <see cref="WebClient"/> is to ask for.</summary>
/// <param name="Address">Where.</param>
/// <param name="Shown">How messages name it.</param>
/// <param name="Authorization">The value of the header that lets us in; null for none.</param>
internal sealed record WebPlace(Uri Address, string Shown, string? Authorization)
{
    /// <summary>Whether no redirect may lead from TLS to plain text, not even without secrets.</summary>
    public bool NeedsTls { get; init; }
}
