using System.Net;
using System.Net.Sockets;

namespace SharpBuild.Image.Web;

/// <summary>How far a request may go. What the user named may be anywhere; what a server names instead may not be this machine or its link.</summary>
public enum Reach
{
    /// <summary>The user named the host.</summary>
    Anywhere,

    /// <summary>A server named it, and that server is this machine itself: loopback is no news to it.</summary>
    Loopback,

    /// <summary>A server elsewhere named it.</summary>
    Outside,
}

/// <summary>Which places a server may send us to: by a redirect, an upload's location or a token realm.</summary>
public static class ReachRules
{
    // Cloud metadata services that are not link-local: AWS, Google and Scaleway by IPv6, Alibaba, Azure's wire server, Oracle.
    private static readonly IPAddress[] Metadata =
    [
        IPAddress.Parse("fd00:ec2::254"), IPAddress.Parse("fd20:ce::254"), IPAddress.Parse("fd00:42::42"),
        IPAddress.Parse("100.100.100.200"), IPAddress.Parse("168.63.129.16"), IPAddress.Parse("192.0.0.192"),
    ];

    /// <summary>Whether a host is this machine by its name or address alone; no name server is asked.</summary>
    public static bool IsLoopback(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var name = host.TrimEnd('.');
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(Unwrap(address)));
    }

    /// <summary>How far a request for <paramref name="next"/> may go, which a server at <paramref name="origin"/> asked for.</summary>
    /// <param name="origin">What the user named.</param>
    /// <param name="next">What the server named.</param>
    /// <param name="originIsLoopback">Whether the origin was found to be this machine.</param>
    public static Reach Limit(Uri origin, Uri next, bool originIsLoopback)
    {
        ArgumentNullException.ThrowIfNull(origin);
        ArgumentNullException.ThrowIfNull(next);

        // A name may be another address the next time it is asked for; an address stays what the user wrote.
        return origin.Host == next.Host && IPAddress.TryParse(next.Host.Trim('[', ']'), out _) ? Reach.Anywhere
            : originIsLoopback || IsLoopback(origin.Host) ? Reach.Loopback
            : Reach.Outside;
    }

    /// <summary>Whether a request of this reach may connect to an address.</summary>
    public static bool Allows(this Reach reach, IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (reach == Reach.Anywhere)
        {
            return true;
        }

        var inner = Unwrap(address);
        return !IsLinkLocal(inner) && !IsUnspecified(inner) && Array.IndexOf(Metadata, inner) < 0
            && (reach == Reach.Loopback || !IPAddress.IsLoopback(inner));
    }

    /// <summary>Whether a request of this reach may go to a host as far as its name tells. Behind a proxy that is all there is to judge.</summary>
    public static bool Allows(this Reach reach, string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return reach == Reach.Anywhere
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) ? reach.Allows(address)
                : (reach == Reach.Loopback || !IsLoopback(host)) && !host.TrimEnd('.').Equals("metadata.google.internal", StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsLinkLocal(IPAddress address) =>
        address.IsIPv6LinkLocal || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [169, 254, ..]);

    // Connecting to 0.0.0.0 or :: reaches this machine.
    private static bool IsUnspecified(IPAddress address) =>
        address.Equals(IPAddress.IPv6Any) || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes()[0] == 0);

    // IPv6 has several ways to say an IPv4 address: mapped, compatible, NAT64 (RFC 6052, RFC 8215) and 6to4.
    private static IPAddress Unwrap(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        return bytes switch
        {
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ..] => new IPAddress(bytes.AsSpan(12)),
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, _] => address,
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ..] => new IPAddress(bytes.AsSpan(12)),
            [0, 0x64, 0xff, 0x9b, ..] => new IPAddress(bytes.AsSpan(12)),
            [0x20, 0x02, ..] => new IPAddress(bytes.AsSpan(2, 4)),
            _ => new IPAddress(bytes), // without a scope, so that it can be compared
        };
    }
}

/// <summary>A server sent us to a place where none may.</summary>
/// <param name="host">The host that it named.</param>
/// <param name="address">The address behind it; null when the name itself says enough.</param>
public sealed class ForbiddenPlaceException(string host, IPAddress? address)
    : IOException($"{host} {(address is null || address.ToString() == host.Trim('[', ']') ? "is" : $"is at {address},")} a place of this machine or its own link, where no server may send us")
{
    /// <summary>What to do about it.</summary>
    public const string Hint = "if the place is meant, name it yourself instead of the server that redirects there";
}
