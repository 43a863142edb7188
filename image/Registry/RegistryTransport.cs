using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;

namespace SharpBuild.Image.Registry;

/// <summary>Sends requests to registries: finds out the scheme, authenticates, follows redirects without carrying credentials along, tries again what may pass.</summary>
internal sealed class RegistryTransport : IDisposable
{
    private const int MaximumRedirects = 5;
    private static readonly TimeSpan HeaderTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private readonly RegistryOptions options;
    private readonly RegistryAuthenticator authenticator;
    private readonly Lazy<HttpClient> checkedClient;
    private readonly Lazy<HttpClient> uncheckedClient;
    private readonly ConcurrentDictionary<string, string> schemes = new(StringComparer.Ordinal);

    public RegistryTransport(RegistryOptions options)
    {
        this.options = options;
        authenticator = new(options, SendTokenRequestAsync);
        checkedClient = new(() => CreateClient(checksCertificates: true));
        uncheckedClient = new(() => CreateClient(checksCertificates: false));
    }

    /// <summary>Sends until there is an answer that trying again would not change. The caller disposes it and judges its status.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="path">Path and query below <c>/v2/</c>, or an absolute address that the registry gave.</param>
    /// <param name="scope">What a token must allow.</param>
    /// <param name="create">Makes the request anew for each attempt.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ImageException">The registry cannot be reached.</exception>
    public async Task<HttpResponseMessage> SendAsync(RegistryEndpoint endpoint, string path, string scope, Func<Uri, HttpRequestMessage> create, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan wait;
            try
            {
                var response = await SendAuthenticatedAsync(endpoint, path, scope, create, cancellationToken);
                if (attempt >= options.MaximumAttempts || WaitAfter(response, attempt) is not { } asked)
                {
                    return response;
                }

                wait = asked;
                response.Dispose();
            }
            catch (Exception exception) when (IsNetwork(exception, cancellationToken))
            {
                if (attempt >= options.MaximumAttempts || IsHopeless(exception))
                {
                    throw Unreachable(endpoint, exception);
                }

                wait = Backoff(attempt);
            }

            await Task.Delay(wait, options.Clock, cancellationToken);
        }
    }

    /// <summary>As <see cref="SendAsync"/>, but one attempt: for content that can be sent once.</summary>
    public Task<HttpResponseMessage> SendOnceAsync(RegistryEndpoint endpoint, string path, string scope, Func<Uri, HttpRequestMessage> create, CancellationToken cancellationToken) =>
        SendAuthenticatedAsync(endpoint, path, scope, create, cancellationToken);

    /// <summary>Whether an exception means that the connection failed, not that the caller gave up.</summary>
    public static bool IsNetwork(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or IOException or TimeoutException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    public static TimeSpan Backoff(int attempt) => TimeSpan.FromMilliseconds(Math.Min(200 << attempt, 10_000));

    public void Dispose()
    {
        if (checkedClient.IsValueCreated)
        {
            checkedClient.Value.Dispose();
        }

        if (uncheckedClient.IsValueCreated)
        {
            uncheckedClient.Value.Dispose();
        }
    }

    private static ImageException Unreachable(RegistryEndpoint endpoint, Exception exception)
    {
        var inner = exception is HttpRequestException { InnerException: { } cause } ? cause : exception;
        return new(ImageErrorCodes.Network, $"the registry '{endpoint.Registry}' cannot be reached: {inner.Message}", exception)
        {
            Subject = endpoint.Registry,
            IsTransient = true,
            Hint = inner is AuthenticationException
                ? $"its certificate is not trusted; allow it with --insecure-registry {endpoint.Registry}"
                : "check the name, the network and the proxy settings",
        };
    }

    // Nothing that time would heal: an unknown name, a refused connection on this machine, a wrong certificate.
    private static bool IsHopeless(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError }
        || exception is HttpRequestException { InnerException: System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.ConnectionRefused } };

    private TimeSpan? WaitAfter(HttpResponseMessage response, int attempt)
    {
        if (response.StatusCode is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
            or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout))
        {
            return null;
        }

        var asked = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - options.Clock.GetUtcNow(),
            _ => Backoff(attempt),
        };

        // A limit that lasts for hours is an error to report, not to sit out.
        return asked > LongestWait ? null : asked < TimeSpan.Zero ? TimeSpan.Zero : asked;
    }

    private async Task<HttpResponseMessage> SendAuthenticatedAsync(RegistryEndpoint endpoint, string path, string scope, Func<Uri, HttpRequestMessage> create, CancellationToken cancellationToken)
    {
        var uri = await AddressAsync(endpoint, path, cancellationToken);
        var header = await authenticator.TryGetAsync(endpoint, scope, cancellationToken);
        var response = await SendWithRedirectsAsync(endpoint, uri, header, create, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized || AuthChallenge.Read(response.Headers.WwwAuthenticate) is not { } challenge)
        {
            return response;
        }

        if (response.RequestMessage!.RequestUri!.Authority != uri.Authority)
        {
            // Credentials are for the registry; another host has no right to ask for them after a redirect.
            return response;
        }

        if (challenge.IsBearer)
        {
            challenge.CheckRealm(endpoint, uri);
        }

        authenticator.Forget(endpoint, scope);
        var answer = await authenticator.AnswerAsync(endpoint, challenge, scope, cancellationToken);
        if (answer is null)
        {
            return response;
        }

        response.Dispose();
        return await SendWithRedirectsAsync(endpoint, uri, answer, create, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendWithRedirectsAsync(RegistryEndpoint endpoint, Uri uri, AuthenticationHeaderValue? header, Func<Uri, HttpRequestMessage> create, CancellationToken cancellationToken)
    {
        var target = uri;
        for (var redirects = 0; ; redirects++)
        {
            var request = create(target);
            request.Headers.Authorization = target.Authority == uri.Authority && target.Scheme == uri.Scheme ? header : null;
            var response = await SendOnceAsync(endpoint, request, cancellationToken);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || request.Method != HttpMethod.Get && request.Method != HttpMethod.Head
                || response.Headers.Location is not { } location)
            {
                return response;
            }

            response.Dispose();
            var next = new Uri(target, location);
            if (redirects == MaximumRedirects || next.Scheme is not ("http" or "https") || (next.Scheme == "http" && target.Scheme == "https" && !endpoint.IsInsecure))
            {
                throw new ImageException(ImageErrorCodes.RegistryProtocol, $"the registry '{endpoint.Registry}' redirects to {next.GetLeftPart(UriPartial.Authority)}, which is refused: {(redirects == MaximumRedirects ? "too many redirects" : "it is not encrypted")}") { Subject = endpoint.Registry };
            }

            target = next;
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(RegistryEndpoint endpoint, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.UserAgent.ParseAdd(options.UserAgent);
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        request.Version = request.RequestUri!.Scheme == "https" ? HttpVersion.Version20 : HttpVersion.Version11;
        var client = endpoint.IsInsecure || endpoint.IsLoopback ? uncheckedClient.Value : checkedClient.Value;

        // An upload takes as long as it takes; only the wait for an answer to nothing is limited.
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (request.Content is null)
        {
            timeout.CancelAfter(HeaderTimeout);
        }

        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
    }

    private Task<HttpResponseMessage> SendTokenRequestAsync(RegistryEndpoint endpoint, HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendOnceAsync(endpoint, request, cancellationToken);

    private async Task<Uri> AddressAsync(RegistryEndpoint endpoint, string path, CancellationToken cancellationToken)
    {
        if (path.StartsWith("http", StringComparison.Ordinal) && Uri.TryCreate(path, UriKind.Absolute, out var absolute))
        {
            return absolute;
        }

        var scheme = endpoint.Scheme ?? schemes.GetValueOrDefault(endpoint.Host) ?? await ProbeAsync(endpoint, cancellationToken);
        return new($"{scheme}://{endpoint.Host}{endpoint.Path}/v2/{path}");
    }

    // On loopback plain HTTP is the rule; elsewhere an insecure registry still mostly speaks TLS, with its own certificate.
    private async Task<string> ProbeAsync(RegistryEndpoint endpoint, CancellationToken cancellationToken)
    {
        string[] order = endpoint.IsLoopback ? ["http", "https"] : ["https", "http"];
        foreach (var scheme in order)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"{scheme}://{endpoint.Host}{endpoint.Path}/v2/");
                using var response = await SendOnceAsync(endpoint, request, cancellationToken);

                // A TLS server answers plain HTTP with 400, if at all.
                if (response.StatusCode != HttpStatusCode.BadRequest)
                {
                    return schemes[endpoint.Host] = scheme;
                }
            }
            catch (Exception exception) when (IsNetwork(exception, cancellationToken) && scheme != order[^1] && !IsRefused(exception))
            {
                // The other scheme may do.
            }
        }

        return order[0];
    }

    private static bool IsRefused(Exception exception) => IsHopeless(exception) && exception is HttpRequestException { InnerException: System.Net.Sockets.SocketException };

    [SuppressMessage("Security", "CA5359", Justification = "Only for registries that the user named as insecure, and for loopback.")]
    private static HttpClient CreateClient(bool checksCertificates)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            EnableMultipleHttp2Connections = true,
        };
        if (!checksCertificates)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        }

        return new(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }
}
