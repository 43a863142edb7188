using System.Net;
using System.Net.Sockets;
using SharpBuild.Image.Web;

namespace SharpBuild.Image.Registry.Authentication;

/// <summary>Where a registry sends us for a token. Checked before anything is sent there: the credentials go to this address, and the request comes from inside the user's network.</summary>
internal static class TokenRealm
{
    /// <summary>The realm as an address.</summary>
    /// <param name="realm">What the challenge says.</param>
    /// <param name="registry">The registry's own address.</param>
    /// <param name="isInsecure">Whether plain HTTP is allowed for this registry.</param>
    /// <exception cref="ImageException">No credentials may go there.</exception>
    public static Uri Check(string? realm, Uri registry, bool isInsecure)
    {
        var problem = !Uri.TryCreate(realm, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") ? "is not a web address"
            : address.UserInfo.Length > 0 ? "contains a user name"
            : address.Scheme == "http" && !isInsecure ? "is not encrypted"
            : address.Host != registry.Host && IsInside(address.Host) && !(ReachRules.IsLoopback(address.Host) && ReachRules.IsLoopback(registry.Host))
                ? "is an address inside this network" : null;
        return problem is null ? address! : throw Refused(realm, registry, problem);
    }

    /// <summary>Checks that a login may be sent to the realm: over TLS, or within this machine.</summary>
    /// <exception cref="ImageException">It may not.</exception>
    public static void CheckForLogin(Uri realm, Uri registry)
    {
        if (realm.Scheme == Uri.UriSchemeHttp && !ReachRules.IsLoopback(realm.Host))
        {
            throw Refused(realm.ToString(), registry, "is not encrypted, and there is a login that it would get");
        }
    }

    private static ImageException Refused(string? realm, Uri registry, string problem) =>
        new(ImageErrorCodes.RegistryProtocol, $"registry {registry.Authority} sends its users for a token to '{realm}', which {problem}")
        {
            Subject = registry.Authority,
            Hint = "do not log in there unless you trust the registry; its operator can correct the token address",
        };

    private static bool IsInside(string host)
    {
        if (!IPAddress.TryParse(host.Trim('[', ']'), out var address))
        {
            return host.Equals("localhost", StringComparison.OrdinalIgnoreCase);
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (IPAddress.IsLoopback(address) || address.Equals(IPAddress.IPv6Any) || address.IsIPv6LinkLocal || address.IsIPv6SiteLocal || address.IsIPv6UniqueLocal)
        {
            return true;
        }

        return address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is
            [0 or 10 or 127, ..] or [169, 254, ..] or [172, >= 16 and <= 31, ..] or [192, 168, ..] or [100, >= 64 and <= 127, ..];
    }
}
