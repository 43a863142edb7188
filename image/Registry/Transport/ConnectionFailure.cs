using System.Net.Sockets;
using System.Security.Authentication;
using SharpBuild.Image.Web;

namespace SharpBuild.Image.Registry.Transport;

/// <summary>What the network's exceptions mean to a person, and whether trying again may help.</summary>
internal static class ConnectionFailure
{
    /// <summary>Whether the exception comes from the connection, not from us.</summary>
    public static bool Is(Exception exception) => exception is HttpRequestException or IOException or TimeoutException;

    /// <summary>Whether the same request may succeed in a moment.</summary>
    public static bool MayPass(Exception exception) => exception switch
    {
        _ when Innermost<ForbiddenPlaceException>(exception) is not null => false,
        TimeoutException => true,
        ProxyFailure { StatusCode: not null } => false,
        HttpRequestException http when IsLasting(http.HttpRequestError) => false,
        _ => Socket(exception) is not { } socket || !IsLasting(socket.SocketErrorCode),
    };

    /// <summary>The exception to report.</summary>
    public static ImageException Explain(Exception exception, Uri address)
    {
        var (code, message, hint) = Describe(exception, address);
        return new ImageException(code, message, exception) { Subject = address.Authority, Hint = hint, IsTransient = code == ImageErrorCodes.Network };
    }

    private static (string Code, string Message, string Hint) Describe(Exception exception, Uri address)
    {
        var host = address.Authority;
        return exception switch
        {
            _ when Innermost<ForbiddenPlaceException>(exception) is { } forbidden => (ImageErrorCodes.RegistryProtocol, forbidden.Message, ForbiddenPlaceException.Hint),
            ProxyFailure proxy => (ImageErrorCodes.Network, $"{host} cannot be reached: {proxy.Message}", ProxyFailure.Hint),
            TimeoutException => (ImageErrorCodes.Network, $"{host} did not answer in time", "check the network and the proxy variables HTTPS_PROXY and NO_PROXY"),
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
                (ImageErrorCodes.Network, $"the host name '{address.Host}' is not known", "check its spelling, and that this machine reaches a name server"),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
                (ImageErrorCodes.Network, $"there is no secure connection to {host}: {Innermost<AuthenticationException>(exception)?.Message ?? exception.Message}",
                    $"if it speaks plain HTTP or has a certificate of its own, allow that with --insecure-registry {host}"),
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError } =>
                (ImageErrorCodes.RegistryProtocol, $"what listens at {host} does not speak HTTP", "check the registry's port"),
            _ when Socket(exception) is { SocketErrorCode: SocketError.ConnectionRefused } =>
                (ImageErrorCodes.Network, $"nothing is listening on {host}", "start the registry, or check its host and port"),
            _ => (ImageErrorCodes.Network, $"the connection to {host} failed: {Reason(exception)}", "check the network, then try again"),
        };
    }

    private static bool IsLasting(HttpRequestError error) => error is HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
        or HttpRequestError.InvalidResponse or HttpRequestError.VersionNegotiationError or HttpRequestError.ProxyTunnelError;

    private static bool IsLasting(SocketError error) => error is SocketError.ConnectionRefused or SocketError.HostUnreachable or SocketError.NetworkUnreachable
        or SocketError.HostNotFound or SocketError.AddressNotAvailable;

    private static string Reason(Exception exception) => Socket(exception)?.Message ?? exception.GetBaseException().Message;

    private static SocketException? Socket(Exception exception) => Innermost<SocketException>(exception);

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
