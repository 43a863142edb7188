using System.Collections.Concurrent;
using System.Collections.Immutable;
using SharpBuild.Image.Registry.Authentication;
using SharpBuild.Image.Web;

namespace SharpBuild.Image.Registry.Transport;

/// <summary>The addresses of each registry, in the order in which they are asked. Thread-safe.</summary>
internal sealed class RegistryEndpoints(RegistryOptions options, TokenClient tokens)
{
    private const string HubHost = "registry-1.docker.io";
    private readonly ConcurrentDictionary<string, ImmutableArray<RegistryEndpoint>> known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Mirrors first, then the registry itself by each protocol that is allowed.</summary>
    public ImmutableArray<RegistryEndpoint> Of(string registry) => known.GetOrAdd(registry, Make);

    /// <summary>From now on the registry is spoken to at <paramref name="winner"/> and by no other protocol.</summary>
    public void Settle(string registry, RegistryEndpoint winner)
    {
        if (!winner.IsMirror && known.TryGetValue(registry, out var all) && all.Count(e => !e.IsMirror) > 1)
        {
            known[registry] = all.RemoveAll(e => !e.IsMirror && e != winner);
        }
    }

    private ImmutableArray<RegistryEndpoint> Make(string registry)
    {
        var endpoints = ImmutableArray.CreateBuilder<RegistryEndpoint>();
        foreach (var mirror in options.Mirrors.GetValueOrDefault(registry, []))
        {
            var insecure = mirror.Scheme == Uri.UriSchemeHttp || ReachRules.IsLoopback(mirror.Host) || IsInsecure(mirror.Authority, mirror.Host);
            endpoints.Add(MakeEndpoint(mirror, mirror.Authority, isMirror: true, insecure));
        }

        var authority = registry == ImageReference.DefaultRegistry ? HubHost : registry;
        var secure = new Uri($"https://{authority}");
        string[] schemes = ReachRules.IsLoopback(secure.Host) ? ["http", "https"]
            : IsInsecure(registry, secure.Host) ? ["https", "http"]
            : ["https"];
        foreach (var scheme in schemes)
        {
            endpoints.Add(MakeEndpoint(new Uri($"{scheme}://{authority}"), registry, isMirror: false, schemes.Length > 1));
        }

        return endpoints.DrainToImmutable();
    }

    private RegistryEndpoint MakeEndpoint(Uri address, string credentialsKey, bool isMirror, bool isInsecure) => new(address, credentialsKey)
    {
        IsMirror = isMirror,
        IsInsecure = isInsecure,
        Authenticator = new Authenticator(address, credentialsKey, isInsecure, options.Credentials, tokens),
    };

    private bool IsInsecure(string authority, string host) =>
        options.InsecureRegistries.Contains(authority) || options.InsecureRegistries.Contains(host);
}
