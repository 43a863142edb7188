using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace SharpBuild.Image.Web;

/// <summary>
/// The connections to web servers and registries, made when the first request is sent: through the proxy of the environment, no further than a request's
/// <see cref="Reach"/>, and never at a pace that would hold a build for ever. Follows no redirect, keeps no cookie and knows no credentials. Thread-safe.
/// </summary>
public sealed class WebConnections : IDisposable
{
    private readonly EnvironmentProxy proxy;
    private readonly TimeProvider clock;
    private readonly ConcurrentDictionary<string, bool> loopbackHosts = new(StringComparer.OrdinalIgnoreCase);

    // One pool a reach: a connection that one request was allowed to make must not serve another that was not.
    private readonly Lazy<HttpMessageInvoker>[] invokers;

    /// <summary>Prepares; connects to nobody.</summary>
    /// <param name="proxy">The proxies.</param>
    /// <param name="clock">The clock of all waits.</param>
    /// <param name="trustsAll">Whether any certificate is accepted.</param>
    /// <param name="unpacks">Whether an answer that is packed for the way (<c>Content-Encoding: gzip</c>) is unpacked.</param>
    public WebConnections(EnvironmentProxy proxy, TimeProvider clock, bool trustsAll = false, bool unpacks = false)
    {
        (this.proxy, this.clock) = (proxy, clock);
        invokers = [.. Enum.GetValues<Reach>().Select(reach => new Lazy<HttpMessageInvoker>(() => new HttpMessageInvoker(MakeHandler(reach, trustsAll, unpacks))))];
    }

    /// <summary>Sends one request and returns when the headers of its answer are there.</summary>
    /// <param name="message">The request.</param>
    /// <param name="reach">How far it may go.</param>
    /// <param name="limit">How long the headers may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TimeoutException">There was no answer in time.</exception>
    /// <exception cref="ForbiddenPlaceException">It would go too far. Also as the inner exception of the next.</exception>
    /// <exception cref="HttpRequestException">The connection failed; a <see cref="ProxyFailure"/> when it was that to the proxy.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, Reach reach, TimeSpan limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var address = message.RequestUri!;
        if (!reach.Allows(address.Host))
        {
            throw new ForbiddenPlaceException(address.Host, null);
        }

        message.Version = HttpVersion.Version20;
        message.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        using var timer = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            var response = await invokers[(int)reach].Value.SendAsync(message, either.Token);
            response.Content = new WatchedContent(response.Content, clock);
            return ProxyFailure.Check(response, proxy.GetProxy(address));
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Ours, or the handler's own limit for connecting.
            throw new TimeoutException($"{address.Authority} did not answer in time", exception);
        }
        catch (HttpRequestException exception) when (proxy.GetProxy(address) is { } used && ProxyFailure.IsOfProxy(exception))
        {
            throw new ProxyFailure(used, exception);
        }
    }

    /// <summary>Whether a host that the user named turned out to be this machine.</summary>
    public bool IsLoopback(string host) => ReachRules.IsLoopback(host) || loopbackHosts.ContainsKey(host);

    /// <summary>How far a request for <paramref name="next"/> may go that a server at <paramref name="origin"/> asked for.</summary>
    public Reach Limit(Uri origin, Uri next)
    {
        ArgumentNullException.ThrowIfNull(origin);
        return ReachRules.Limit(origin, next, IsLoopback(origin.Host));
    }

    /// <summary>The addresses of a host that a request of this reach may connect to.</summary>
    /// <exception cref="ForbiddenPlaceException">There are none.</exception>
    /// <exception cref="SocketException">The name is not known.</exception>
    public static async Task<IPAddress[]> ResolveAsync(string host, Reach reach, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(host);
        var all = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);
        var allowed = Array.FindAll(all, address => reach.Allows(address));
        return allowed.Length > 0 || all.Length == 0 ? allowed : throw new ForbiddenPlaceException(host, all[0]);
    }

    /// <summary>Closes all connections.</summary>
    public void Dispose()
    {
        foreach (var invoker in invokers)
        {
            if (invoker.IsValueCreated)
            {
                invoker.Value.Dispose();
            }
        }
    }

    private SocketsHttpHandler MakeHandler(Reach reach, bool trustsAll, bool unpacks)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = unpacks ? DecompressionMethods.GZip : DecompressionMethods.None,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(20),
            EnableMultipleHttp2Connections = true,
            ActivityHeadersPropagator = null,
            Proxy = proxy,
            ConnectCallback = (context, cancellationToken) => ConnectAsync(context, reach, cancellationToken),
        };
        if (trustsAll)
        {
#pragma warning disable CA5359 // Only registries that the user called insecure, or this machine itself, are reached this way.
            handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true };
#pragma warning restore CA5359
        }

        return handler;
    }

    // The address is judged, not the name: a name server may say anything, and something else the next time.
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, Reach reach, CancellationToken cancellationToken)
    {
        var target = context.DnsEndPoint;
        var isProxy = proxy.GetProxy(context.InitialRequestMessage.RequestUri!) is not null;
        var addresses = await ResolveAsync(target.Host, isProxy ? Reach.Anywhere : reach, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, cancellationToken);
            if (!isProxy && reach == Reach.Anywhere && socket.RemoteEndPoint is IPEndPoint { Address: var reached } && IPAddress.IsLoopback(reached.IsIPv4MappedToIPv6 ? reached.MapToIPv4() : reached))
            {
                loopbackHosts[target.Host] = true;
            }

            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
