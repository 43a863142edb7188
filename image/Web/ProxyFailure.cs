using System.Net;
using System.Net.Sockets;

namespace SharpBuild.Image.Web;

/// <summary>The proxy refused, or could not be reached: not the server's fault.</summary>
public sealed class ProxyFailure : HttpRequestException
{
    /// <summary>What to do about it.</summary>
    public const string Hint = "check HTTPS_PROXY and HTTP_PROXY, or name the host in NO_PROXY";

    /// <summary>Says which proxy.</summary>
    /// <param name="proxy">The proxy, without its login.</param>
    /// <param name="cause">What happened.</param>
    public ProxyFailure(Uri proxy, HttpRequestException cause)
        : base(cause?.HttpRequestError ?? HttpRequestError.Unknown, $"the proxy {Name(proxy)} {Describe(cause!)}", cause)
    {
    }

    private ProxyFailure(Uri proxy, string problem, HttpStatusCode status)
        : base($"the proxy {Name(proxy)} {problem}", inner: null, status)
    {
    }

    /// <summary>Whether the failure of a request through a proxy is the proxy's own.</summary>
    internal static bool IsOfProxy(HttpRequestException failure) => failure.HttpRequestError is
        HttpRequestError.ProxyTunnelError or HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.UserAuthenticationError;

    /// <summary>The answer, unless it is one that only a proxy gives.</summary>
    internal static HttpResponseMessage Check(HttpResponseMessage response, Uri? proxy)
    {
        if (proxy is null || response.StatusCode != HttpStatusCode.ProxyAuthenticationRequired)
        {
            return response;
        }

        response.Dispose();
        throw new ProxyFailure(proxy, "wants a login (407): write it into the variable as http://user:password@host", HttpStatusCode.ProxyAuthenticationRequired);
    }

    private static string Name(Uri proxy)
    {
        ArgumentNullException.ThrowIfNull(proxy);
        return $"{proxy.Scheme}://{proxy.Authority}";
    }

    private static string Describe(HttpRequestException cause) => cause.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "is not known: its host name has no address",
        HttpRequestError.ProxyTunnelError => $"does not connect: {cause.Message}",
        _ when cause.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "cannot be reached: nothing listens there",
        _ => $"cannot be reached: {cause.GetBaseException().Message}",
    };
}
