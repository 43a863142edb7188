using SharpBuild.Image.Web;

namespace SharpBuild.Image.Registry.Transport;

/// <summary>The connections to registries and what stands around them: with checked certificates, and with any. Thread-safe.</summary>
internal sealed class Connections(RegistryOptions options) : IDisposable
{
    private readonly WebConnections verifying = new(options.Proxy, options.Clock);
    private readonly WebConnections trusting = new(options.Proxy, options.Clock, trustsAll: true);

    /// <summary>Sends one request and returns when the headers of its answer are there.</summary>
    /// <param name="message">The request.</param>
    /// <param name="isInsecure">Whether any certificate is accepted.</param>
    /// <param name="reach">How far it may go.</param>
    /// <param name="limit">How long the headers may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TimeoutException">There was no answer in time.</exception>
    /// <exception cref="ForbiddenPlaceException">It would go too far.</exception>
    /// <exception cref="HttpRequestException">The connection failed.</exception>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, bool isInsecure, Reach reach, TimeSpan limit, CancellationToken cancellationToken)
    {
        message.Headers.TryAddWithoutValidation("User-Agent", options.UserAgent);
        return (isInsecure ? trusting : verifying).SendAsync(message, reach, limit, cancellationToken);
    }

    /// <summary>How far a request for <paramref name="next"/> may go that a registry at <paramref name="origin"/> asked for.</summary>
    public Reach Limit(Uri origin, Uri next) =>
        ReachRules.Limit(origin, next, verifying.IsLoopback(origin.Host) || trusting.IsLoopback(origin.Host));

    /// <summary>Closes all connections.</summary>
    public void Dispose()
    {
        verifying.Dispose();
        trusting.Dispose();
    }
}
