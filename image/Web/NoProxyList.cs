using System.Globalization;
using System.Net;

namespace SharpBuild.Image.Web;

/// <summary><c>NO_PROXY</c> as Go's <c>golang.org/x/net/http/httpproxy</c> reads it: what is reached without a proxy.</summary>
/// <remarks>
/// Entries are separated by commas: <c>*</c>, an address, a network (<c>10.0.0.0/8</c>), <c>name</c> for a host and all below it, <c>.name</c> or
/// <c>*.name</c> for those below it alone; each but a network may have a port.
/// </remarks>
internal sealed class NoProxyList
{
    private readonly List<Func<Place, bool>> rules = [];

    /// <summary>Reads the variable's value.</summary>
    public NoProxyList(string text)
    {
        foreach (var part in text.Split(','))
        {
            if (part.Trim().ToLowerInvariant() is { Length: > 0 } entry)
            {
                Add(entry);
            }
        }
    }

    /// <summary>Whether an address is reached without a proxy.</summary>
    public bool Matches(Uri destination)
    {
        var host = destination.IdnHost.Trim('[', ']').ToLowerInvariant();
        var place = new Place(host, ParseAddress(host), destination.Port.ToString(CultureInfo.InvariantCulture));
        return host == "localhost" || (place.Address is { } address && IPAddress.IsLoopback(address)) || rules.Exists(rule => rule(place));
    }

    /// <summary>An address as Go's net.ParseIP takes it: four decimal numbers or IPv6 without a zone; an IPv4 address in IPv6 is the IPv4 address.</summary>
    private static IPAddress? ParseAddress(string text)
    {
        var isCandidate = text.Contains(':') ? !text.Contains('%') : text.Split('.') is [_, _, _, _] parts && Array.TrueForAll(parts, IsDecimal);
        return isCandidate && IPAddress.TryParse(text, out var address) ? address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address : null;
    }

    private static bool IsDecimal(string text) => text.Length is > 0 and <= 3 && text.All(char.IsAsciiDigit) && (text.Length == 1 || text[0] != '0');

    private void Add(string entry)
    {
        if (entry == "*")
        {
            rules.Add(_ => true);
        }
        else if (TryParseNetwork(entry, out var network))
        {
            rules.Add(place => place.Address is { } address && network.Contains(address));
        }
        else
        {
            var (host, port) = SplitPort(entry);
            if (ParseAddress(host) is { } wanted)
            {
                rules.Add(place => wanted.Equals(place.Address) && IsPort(port, place));
            }
            else if (host.Length > 0)
            {
                AddDomain(host, port);
            }
        }
    }

    private void AddDomain(string host, string port)
    {
        var suffix = host.StartsWith("*.", StringComparison.Ordinal) ? host[1..] : host;
        var matchesHost = suffix[0] != '.';
        suffix = ToAscii(matchesHost ? "." + suffix : suffix);
        rules.Add(place => (place.Host.EndsWith(suffix, StringComparison.Ordinal) || (matchesHost && place.Host == suffix[1..])) && IsPort(port, place));
    }

    private static string ToAscii(string suffix)
    {
        try
        {
            return "." + new IdnMapping().GetAscii(suffix[1..]);
        }
        catch (ArgumentException)
        {
            return suffix;
        }
    }

    // Go takes 10.1.2.3/8, which .NET refuses for the bits behind the prefix.
    private static bool TryParseNetwork(string entry, out IPNetwork network)
    {
        network = default;
        var slash = entry.IndexOf('/');
        if (slash < 0 || ParseAddress(entry[..slash]) is not { } address || !int.TryParse(entry.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            return false;
        }

        var bytes = address.GetAddressBytes();
        length -= bytes.Length == 4 && entry.Contains(':') ? 96 : 0; // an IPv4 network in IPv6
        if (length < 0 || length > bytes.Length * 8)
        {
            return false;
        }

        for (var bit = length; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        network = new IPNetwork(new IPAddress(bytes), length);
        return true;
    }

    // net.SplitHostPort: what has more than one colon outside of brackets has no port.
    private static (string Host, string Port) SplitPort(string entry)
    {
        var colon = entry.LastIndexOf(':');
        return colon < 0 ? (entry, "")
            : entry[0] == '[' ? entry[colon - 1] == ']' ? (entry[1..(colon - 1)], entry[(colon + 1)..]) : (entry, "")
            : entry.IndexOf(':') != colon ? (entry, "")
            : (entry[..colon], entry[(colon + 1)..]);
    }

    private static bool IsPort(string port, Place place) => port.Length == 0 || port == place.Port;

    private readonly record struct Place(string Host, IPAddress? Address, string Port);
}
