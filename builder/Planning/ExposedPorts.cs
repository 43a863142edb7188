using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace SharpBuild.Builder.Planning;

/// <summary>The ports of EXPOSE: <c>[ip:][hostPort:]containerPort[-end][/protocol]</c>, of which an image keeps only container ports.</summary>
internal static class ExposedPorts
{
    /// <summary>Reads one word into <c>port/protocol</c> entries.</summary>
    /// <exception cref="FormatException">The word is no port; the message says why.</exception>
    public static ImmutableArray<string> Parse(string word)
    {
        var slash = word.IndexOf('/', StringComparison.Ordinal);
        var protocol = slash < 0 ? "tcp" : word[(slash + 1)..];
        var (address, hostPort, containerPort) = SplitAddress(slash < 0 ? word : word[..slash]);
        if (containerPort.Length == 0)
        {
            throw new FormatException($"'{word}' names no container port");
        }

        protocol = protocol.Length == 0 ? "tcp" : protocol.ToLowerInvariant();
        if (protocol is not ("tcp" or "udp" or "sctp"))
        {
            throw new FormatException($"'{word}' has the protocol '{protocol}'; there are only tcp, udp and sctp");
        }

        if (address.Length > 0 && !IPAddress.TryParse(address.Trim('[', ']'), out _))
        {
            throw new FormatException($"'{address}' is not an IP address");
        }

        var (first, last) = ParseRange(containerPort, word);
        if (hostPort.Length > 0)
        {
            var (hostFirst, hostLast) = ParseRange(hostPort, word);
            if (last - first != hostLast - hostFirst && last != first)
            {
                throw new FormatException($"'{word}' maps {hostLast - hostFirst + 1} host ports to {last - first + 1} container ports");
            }
        }

        return [.. Enumerable.Range(first, last - first + 1).Select(port => $"{port}/{protocol}")];
    }

    private static (string Address, string HostPort, string ContainerPort) SplitAddress(string word)
    {
        var last = word.LastIndexOf(':');
        if (last < 0)
        {
            return ("", "", word);
        }

        var before = word[..last];
        var middle = before.EndsWith(']') ? -1 : before.LastIndexOf(':');
        return middle < 0 && !before.EndsWith(']')
            ? ("", before, word[(last + 1)..])
            : middle < 0 ? (before, "", word[(last + 1)..]) : (before[..middle], before[(middle + 1)..], word[(last + 1)..]);
    }

    private static (int First, int Last) ParseRange(string range, string word)
    {
        var dash = range.IndexOf('-', StringComparison.Ordinal);
        var first = ParsePort(dash < 0 ? range : range[..dash], word);
        var last = dash < 0 ? first : ParsePort(range[(dash + 1)..], word);
        return last >= first ? (first, last) : throw new FormatException($"the range of '{word}' ends before it starts");
    }

    private static int ParsePort(string text, string word) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535
            ? port
            : throw new FormatException($"'{word}' is not a port number from 0 to 65535");
}
