using System.Net;

namespace SharpBuild.Image.Web;

/// <summary>
/// The proxies that the environment names, as programs written in Go read it: <c>HTTP_PROXY</c>, <c>HTTPS_PROXY</c> and <c>NO_PROXY</c>, each in lower
/// case too, and <c>ALL_PROXY</c> for what the first two leave open. This machine is never reached through a proxy, which has another loopback.
/// </summary>
public sealed class EnvironmentProxy : IWebProxy, ICredentials
{
    private readonly Uri? http;
    private readonly Uri? https;
    private readonly NoProxyList exceptions;

    /// <summary>Reads the variables.</summary>
    public EnvironmentProxy(Func<string, string?> lookup)
    {
        ArgumentNullException.ThrowIfNull(lookup);
        var all = Parse(Read(lookup, "ALL_PROXY"));
        http = Parse(Read(lookup, "HTTP_PROXY")) ?? all;
        https = Parse(Read(lookup, "HTTPS_PROXY")) ?? all;
        Exceptions = Read(lookup, "NO_PROXY") ?? "";
        exceptions = new NoProxyList(Exceptions);
    }

    /// <summary>No proxy for anything.</summary>
    public static EnvironmentProxy None { get; } = new(static _ => null);

    /// <summary>The value of <c>NO_PROXY</c>.</summary>
    public string Exceptions { get; }

    /// <inheritdoc/>
    public ICredentials? Credentials
    {
        get => this;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => Find(destination) is { } proxy ? WithoutLogin(proxy) : null;

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => Find(host) is null;

    /// <summary>The proxy for a scheme as the variable names it, with its login: for a program that connects by itself.</summary>
    public string? ForScheme(string scheme) => (scheme == Uri.UriSchemeHttps ? https : http)?.OriginalString;

    /// <summary>The proxy for an address with its login, for a program that connects by itself; null for none.</summary>
    public string? ForProgram(Uri destination) => Find(destination)?.OriginalString;

    /// <inheritdoc/>
    public NetworkCredential? GetCredential(Uri uri, string authType)
    {
        ArgumentNullException.ThrowIfNull(uri);
        foreach (var proxy in (ReadOnlySpan<Uri?>)[http, https])
        {
            if (proxy is { UserInfo.Length: > 0 } && proxy.Host == uri.Host && proxy.Port == uri.Port)
            {
                var parts = proxy.UserInfo.Split(':', 2);
                return new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
            }
        }

        return null;
    }

    private Uri? Find(Uri destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var proxy = destination.Scheme == Uri.UriSchemeHttps ? https : destination.Scheme == Uri.UriSchemeHttp ? http : null;
        return proxy is null || ReachRules.IsLoopback(destination.Host) || exceptions.Matches(destination) ? null : proxy;
    }

    private static string? Read(Func<string, string?> lookup, string name) =>
        lookup(name) is { Length: > 0 } upper ? upper : lookup(name.ToLowerInvariant()) is { Length: > 0 } lower ? lower : null;

    // A proxy without a scheme speaks HTTP. socks5h is what .NET's socks5 does: the proxy resolves the name.
    private static Uri? Parse(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var address = text.StartsWith("socks5h://", StringComparison.OrdinalIgnoreCase) ? "socks5://" + text["socks5h://".Length..] : text;
        return Uri.TryCreate(address, UriKind.Absolute, out var whole) && whole.Host.Length > 0 && whole.Scheme is "http" or "https" or "socks5" or "socks4" or "socks4a" ? whole
            : Uri.TryCreate("http://" + address, UriKind.Absolute, out var completed) ? completed
            : null;
    }

    private static Uri WithoutLogin(Uri proxy) => proxy.UserInfo.Length == 0 ? proxy : new UriBuilder(proxy) { UserName = "", Password = "" }.Uri;
}
