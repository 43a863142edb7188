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
        if (host.Any(static c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '#'))
        {
            throw new UsageException($"--add-host: '{host}' is not the name of a host");
        }

        if (address == "host-gateway")
        {
            // A sandbox that has a network has the host's, where the host is found on the loopback interface.
            return (host, "127.0.0.1");
        }

        var bare = address.StartsWith('[') && address.EndsWith(']') ? address[1..^1] : address;
        return IsAddress(bare) ? (host, bare) : throw new UsageException($"--add-host {host}: '{address}' is not an IP address");
    }

    // The parser takes 1 and 1.2.3 for IPv4 addresses, as inet_aton does; /etc/hosts does not.
    private static bool IsAddress(string text) => IPAddress.TryParse(text, out _) && (text.Contains(':') || text.Count(static c => c == '.') == 3);
}
