using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace SharpBuild.Image.Registry;

/// <summary>How a registry wants to be shown who asks (the WWW-Authenticate header).</summary>
/// <param name="IsBearer">Whether a token is wanted; else a name and password.</param>
/// <param name="Realm">Where tokens are had.</param>
/// <param name="Service">For which service.</param>
/// <param name="Scope">For what, as the registry asks.</param>
internal sealed record AuthChallenge(bool IsBearer, Uri? Realm, string? Service, string? Scope)
{
    /// <summary>The challenge to answer: a token rather than a password. Null when there is none that is understood.</summary>
    public static AuthChallenge? Read(HttpHeaderValueCollection<AuthenticationHeaderValue> headers)
    {
        AuthChallenge? basic = null;
        foreach (var header in headers)
        {
            var parameters = ReadParameters(header.Parameter ?? "");
            if (header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(parameters.GetValueOrDefault("realm"), UriKind.Absolute, out var realm))
            {
                return new(true, realm, parameters.GetValueOrDefault("service"), parameters.GetValueOrDefault("scope"));
            }

            basic ??= header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) ? new(false, null, null, null) : null;
        }

        return basic;
    }

    /// <summary>Refuses to carry credentials to a place that the registry has no business to name.</summary>
    /// <exception cref="ImageException">The realm is not safe.</exception>
    public void CheckRealm(RegistryEndpoint endpoint, Uri asked)
    {
        var isOwn = Realm!.Host == asked.Host;
        var isPlainAllowed = endpoint.IsInsecure || endpoint.IsLoopback;
        var isSafe = Realm.Scheme == "https" || (Realm.Scheme == "http" && isPlainAllowed);

        // A realm like http://169.254.169.254/ would make us ask a cloud's metadata service on the registry's behalf.
        if (!isSafe || (!isOwn && !isPlainAllowed && IsLocalAddress(Realm.Host)))
        {
            throw new ImageException(ImageErrorCodes.Unauthorized, $"the registry '{endpoint.Registry}' sends for tokens to {Realm.GetLeftPart(UriPartial.Path)}, which is not safe") { Subject = endpoint.Registry };
        }
    }

    private static bool IsLocalAddress(string host)
    {
        if (!IPAddress.TryParse(host.Trim('[', ']'), out var address))
        {
            return RegistryEndpoint.IsLoopbackHost(host);
        }

        var bytes = address.MapToIPv6().GetAddressBytes().AsSpan(12);
        return IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6SiteLocal || address.IsIPv6UniqueLocal
            || (address.AddressFamily == AddressFamily.InterNetwork
                && (bytes[0] is 10 or 0 || (bytes[0] == 172 && bytes[1] is >= 16 and < 32) || (bytes[0] == 192 && bytes[1] == 168) || (bytes[0] == 169 && bytes[1] == 254)));
    }

    // name="value" or name=value, parted by commas; a quoted value may hold commas.
    private static Dictionary<string, string> ReadParameters(string text)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var at = 0;
        while (at < text.Length)
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0)
            {
                break;
            }

            var name = text[at..equals].Trim(' ', ',');
            var isQuoted = equals + 1 < text.Length && text[equals + 1] == '"';
            var start = isQuoted ? equals + 2 : equals + 1;
            var end = text.IndexOf(isQuoted ? '"' : ',', start);
            end = end < 0 ? text.Length : end;
            parameters.TryAdd(name, text[start..end]);
            at = end + 1;
        }

        return parameters;
    }
}
