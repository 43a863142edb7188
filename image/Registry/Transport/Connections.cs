using System.Net;
using System.Net.Security;

namespace SharpBuild.Image.Registry.Transport;

/// <summary>The connections to all hosts, made when the first request is sent. Follows no redirect, keeps no cookie and knows no credentials. Thread-safe.</summary>
internal sealed class Connections(RegistryOptions options) : IDisposable
{
    private readonly Lazy<HttpMessageInvoker> verifying = new(() => new HttpMessageInvoker(MakeHandler()));
    private readonly Lazy<HttpMessageInvoker> trusting = new(() => new HttpMessageInvoker(MakeTrustingHandler()));

    /// <summary>The clock of all waits.</summary>
    public TimeProvider Clock => options.Clock;

    /// <summary>Sends one request and returns when the headers of its answer are there.</summary>
    /// <param name="message">The request.</param>
    /// <param name="isInsecure">Whether any certificate is accepted.</param>
    /// <param name="limit">How long the headers may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TimeoutException">There was no answer in time.</exception>
    /// <exception cref="HttpRequestException">The connection failed.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, bool isInsecure, TimeSpan limit, CancellationToken cancellationToken)
    {
        message.Version = HttpVersion.Version20;
        message.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        message.Headers.TryAddWithoutValidation("User-Agent", options.UserAgent);
        using var timer = new CancellationTokenSource(limit, Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await (isInsecure ? trusting : verifying).Value.SendAsync(message, either.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Ours, or the handler's own limit for connecting.
            throw new TimeoutException($"{message.RequestUri?.Authority} did not answer in time", exception);
        }
    }

    /// <summary>Closes all connections.</summary>
    public void Dispose()
    {
        foreach (var invoker in new[] { verifying, trusting })
        {
            if (invoker.IsValueCreated)
            {
                invoker.Value.Dispose();
            }
        }
    }

    private static SocketsHttpHandler MakeHandler() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(20),
        EnableMultipleHttp2Connections = true,
        ActivityHeadersPropagator = null,
        Proxy = new OutwardProxy(),
    };

    private static SocketsHttpHandler MakeTrustingHandler()
    {
        var handler = MakeHandler();
#pragma warning disable CA5359 // Only endpoints that the user called insecure, or this machine itself, are reached through this handler.
        handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true };
#pragma warning restore CA5359
        return handler;
    }

    /// <summary>The proxy of the environment for everything but this machine: a proxy elsewhere has another loopback.</summary>
    private sealed class OutwardProxy : IWebProxy
    {
        public ICredentials? Credentials
        {
            get => HttpClient.DefaultProxy.Credentials;
            set => throw new NotSupportedException();
        }

        public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : HttpClient.DefaultProxy.GetProxy(destination);

        public bool IsBypassed(Uri host) => RegistryEndpoints.IsLoopback(host.Host) || HttpClient.DefaultProxy.IsBypassed(host);
    }
}
