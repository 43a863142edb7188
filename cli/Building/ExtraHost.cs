using System.Net;

namespace SharpBuild.Cli.Building;

/// <summary><c>--add-host</c>.</summary>
internal static class ExtraHost
{
    /// <summary>Reads <c>HOST=IP</c> or <c>HOST:IP</c>; an IPv6 address may stand in brackets.</summary>
    public static (string Host, string Address) Parse(string text)
    {
        var cut = text.IndexOf('=');
        cut = cut < 0 ? text.IndexOf(':') : cut;
        if (cut <= 0)
        {
            throw new UsageException($"'{text}' is not a host: write HOST=IP");
        }

        var (host, address) = (text[..cut], text[(cut + 1)..]);
        if (address == "host-gateway")
        {
            // A sandbox that has a network has the host's, where the host is found on the loopback interface.
            return (host, "127.0.0.1");
        }

        var bare = address.StartsWith('[') && address.EndsWith(']') ? address[1..^1] : address;
        return IPAddress.TryParse(bare, out _) ? (host, bare) : throw new UsageException($"--add-host {host}: '{address}' is not an IP address");
    }
}
