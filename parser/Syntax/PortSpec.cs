using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace SharpBuild.Parser.Syntax;

/// <summary>A port of EXPOSE after expansion: <c>80</c>, <c>8000-8010/udp</c>, and the discouraged <c>127.0.0.1:80:8080</c>.</summary>
/// <param name="First">The first port inside the container.</param>
/// <param name="Last">The last one; equal to the first unless it is a range.</param>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>sctp</c> as written; <c>tcp</c> when not given.</param>
/// <param name="HasHostPart">Whether an address or a port of the host was given, which EXPOSE does not use.</param>
public sealed record PortSpec(int First, int Last, string Protocol, bool HasHostPart)
{
    /// <summary>Every port as the image config names it: <c>80/tcp</c>.</summary>
    public ImmutableArray<string> Names =>
        [.. Enumerable.Range(First, Last - First + 1).Select(p => string.Create(CultureInfo.InvariantCulture, $"{p}/{Protocol.ToLowerInvariant()}"))];

    /// <summary>Reads one port or range.</summary>
    /// <param name="text">The text.</param>
    /// <param name="port">The port.</param>
    /// <param name="problem">Why it cannot be read, in one sentence.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out PortSpec? port, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        port = null;
        var parts = text.Split(':');
        var (container, protocol) = SplitProtocol(parts[^1]);
        var host = parts.Length > 1 ? parts[^2] : "";
        var address = parts.Length > 2 ? string.Join(':', parts[..^2]).Trim('[', ']') : "";
        problem = FindProblem(text, container, protocol, host, address);
        if (problem is not null)
        {
            return false;
        }

        var (first, last) = Range(container)!.Value;
        port = new(first, last, protocol, address.Length > 0 || host.Length > 0);
        return true;
    }

    private static string? FindProblem(string text, string container, string protocol, string host, string address)
    {
        if (protocol.ToLowerInvariant() is not ("tcp" or "udp" or "sctp"))
        {
            return $"'{protocol}' in the port '{text}' is not a protocol: use tcp, udp or sctp.";
        }

        if (address.Length > 0 && !IPAddress.TryParse(address, out _))
        {
            return $"'{address}' in the port '{text}' is not an IP address.";
        }

        if (Range(container) is null)
        {
            return $"'{container}' is not a port: write a number from 0 to 65535, or a range such as 8000-8010.";
        }

        return host.Length > 0 && Range(host) is null ? $"'{host}' in the port '{text}' is not a port of the host."
            : RangesDiffer(container, host) ? $"The ranges of the port '{text}' differ in length."
            : null;
    }

    private static (string Port, string Protocol) SplitProtocol(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (text, "tcp") : (text[..slash], slash + 1 < text.Length ? text[(slash + 1)..] : "tcp");
    }

    // A range of the host may stand before a single container port; two ranges must be equally long.
    private static bool RangesDiffer(string container, string host) =>
        host.Length > 0 && Range(container) is var (first, last) && Range(host) is var (hostFirst, hostLast)
        && first != last && last - first != hostLast - hostFirst;

    private static (int First, int Last)? Range(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var first = Number(dash < 0 ? text : text[..dash]);
        var last = dash < 0 ? first : Number(text[(dash + 1)..]);
        return first is { } from && last is { } to && from <= to ? (from, to) : null;
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 65535 ? number : null;
}
