using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using SharpBuild.Parser.Sources;

namespace SharpBuild.Builder.Fetching;

/// <summary>
/// Asks web servers for files: through the proxy of the environment, with the secrets of the build, along up to ten redirects. An
/// answer that is packed for the way (<c>Content-Encoding: gzip</c>) is unpacked, as BuildKit's client does.
/// </summary>
internal sealed class WebClient(BuildOptions options) : IDisposable
{
    private const int MaximumRedirects = 10;
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(2);
    private readonly Lazy<HttpMessageInvoker> invoker = new(() => new HttpMessageInvoker(MakeHandler()));

    /// <summary>Sends a request and returns when the headers of the last answer are there; whatever its status.</summary>
    /// <param name="source">The file.</param>
    /// <param name="prepare">Makes the request for a URL.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BuildException">There is no answer.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpSource source, Func<Uri, HttpRequestMessage> prepare, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(source.Text, UriKind.Absolute, out var address))
        {
            throw FetchErrors.Create(FetchErrors.Unreachable, $"'{source.DisplayText}' is no URL", "check its spelling");
        }

        var authorization = FindAuthorization(address);
        var first = address;
        for (var redirects = 0; ; redirects++)
        {
            using var request = prepare(address);
            if (authorization is not null && IsSameSite(first, address))
            {
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            }

            var response = await SendAsync(request, source, cancellationToken);
            if (FindRedirect(response, address) is not { } next)
            {
                return response;
            }

            response.Dispose();
            address = redirects < MaximumRedirects ? next
                : throw FetchErrors.Create(FetchErrors.Refused, $"{source.DisplayText} is redirected more than {MaximumRedirects} times", "use the URL that holds the file itself");
        }
    }

    /// <summary>The failure of a connection in the user's words.</summary>
    public static BuildException Explain(HttpSource source, Exception exception)
    {
        var host = Uri.TryCreate(source.Text, UriKind.Absolute, out var address) ? address.Authority : source.DisplayText;
        var (reason, hint) = exception switch
        {
            TimeoutException => ($"{host} did not answer in time", "check the network and the proxy variables HTTPS_PROXY and NO_PROXY"),
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => ($"the host name of {host} is not known", "check its spelling, and that this machine reaches a name server"),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => ($"there is no secure connection to {host}: {Innermost<AuthenticationException>(exception)?.Message ?? exception.Message}", "add the server's authority to the certificates of this machine"),
            HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => ($"the proxy does not connect to {host}: {exception.Message}", "check HTTPS_PROXY, or name the host in NO_PROXY"),
            _ when Innermost<SocketException>(exception) is { SocketErrorCode: SocketError.ConnectionRefused } => ($"nothing listens at {host}", "check host and port"),
            _ => ($"the connection to {host} failed: {exception.GetBaseException().Message}", "check the network, then try again"),
        };
        return FetchErrors.Create(FetchErrors.Unreachable, $"{source.DisplayText} cannot be fetched: {reason}", hint, exception);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (invoker.IsValueCreated)
        {
            invoker.Value.Dispose();
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HttpSource source, CancellationToken cancellationToken)
    {
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        request.Headers.TryAddWithoutValidation("User-Agent", "sharpbuild");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswerLimit);
        try
        {
            return await invoker.Value.SendAsync(request, limit.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Explain(source, new TimeoutException(exception.Message, exception));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw Explain(source, exception);
        }
    }

    private static SocketsHttpHandler MakeHandler() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.GZip,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(30),
        ActivityHeadersPropagator = null,
        Proxy = new OutwardProxy(),
    };

    // The token is looked at last and wins, as in BuildKit; a name and password in the URL count when there is no secret.
    private string? FindAuthorization(Uri address) =>
        Secrets.TryRead(options, "HTTP_AUTH_TOKEN_" + address.Host) is { } token ? "Bearer " + token
        : Secrets.TryRead(options, "HTTP_AUTH_HEADER_" + address.Host) is { } header ? header
        : address.UserInfo.Length > 0 ? "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo)))
        : null;

    private static Uri? FindRedirect(HttpResponseMessage response, Uri address) =>
        response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
        && response.Headers.Location is { } location && new Uri(address, location) is { Scheme: "http" or "https" } next
            ? next
            : null;

    // Secrets go to the host that they are for, and to those below it; never from TLS to plain text.
    private static bool IsSameSite(Uri first, Uri next) =>
        (next.Host == first.Host || next.Host.EndsWith("." + first.Host, StringComparison.OrdinalIgnoreCase))
        && (next.Scheme == "https" || first.Scheme == "http");

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

    /// <summary>The proxy of the environment for everything but this machine, as Go's client has it.</summary>
    private sealed class OutwardProxy : IWebProxy
    {
        public ICredentials? Credentials
        {
            get => HttpClient.DefaultProxy.Credentials;
            set => throw new NotSupportedException();
        }

        public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : HttpClient.DefaultProxy.GetProxy(destination);

        public bool IsBypassed(Uri host) => host.IsLoopback || HttpClient.DefaultProxy.IsBypassed(host);
    }
}
