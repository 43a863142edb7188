using System.Collections.Immutable;

namespace SharpBuild.Image.Registry.Credentials;

/// <summary>The keys under which files and helpers may keep the credentials for a repository, the most special one first.</summary>
internal sealed class RegistryKeys
{
    // Docker keeps the Hub's credentials under the address of its first API.
    private const string HubAddress = "https://index.docker.io/v1/";
    private static readonly ImmutableArray<string> HubHosts = [ImageReference.DefaultRegistry, "index.docker.io", "registry-1.docker.io"];

    /// <summary>Makes the keys.</summary>
    /// <param name="registry">Host and port.</param>
    /// <param name="repository">The repository; empty for the registry as a whole.</param>
    public RegistryKeys(string registry, string repository)
    {
        Registry = registry;
        var isHub = registry == ImageReference.DefaultRegistry;
        var names = isHub ? HubHosts : [registry.ToLowerInvariant()];
        Hosts = isHub ? [HubAddress, .. names] : names;
        Servers = isHub ? [HubAddress, .. names.Take(2)] : [registry];
        All = [.. Prefixes(repository).SelectMany(path => names.Select(name => $"{name}/{path}")), .. Hosts];
    }

    /// <summary>Host and port.</summary>
    public string Registry { get; }

    /// <summary>The keys of the whole registry.</summary>
    public ImmutableArray<string> Hosts { get; }

    /// <summary>What helpers are asked for.</summary>
    public ImmutableArray<string> Servers { get; }

    /// <summary>Those and the keys of logins that are for a part of the registry: <c>host/team/app</c>, then <c>host/team</c>, then <c>host</c>.</summary>
    public ImmutableArray<string> All { get; }

    /// <summary>A key of a file without what old versions of Docker put around the host: <c>https://host/v1/</c>. A path without a scheme is podman's.</summary>
    public static string Normalize(string key)
    {
        var start = key.IndexOf("://", StringComparison.Ordinal) is var at and >= 0 ? at + 3 : 0;
        var slash = key.IndexOf('/', start);
        var host = slash < 0 ? key[start..] : key[start..slash];
        var path = slash < 0 ? "" : key[slash..].TrimEnd('/');
        return host.ToLowerInvariant() + (start > 0 || path is "/v1" or "/v2" ? "" : path);
    }

    private static IEnumerable<string> Prefixes(string repository)
    {
        for (var path = repository; path.Length > 0; path = path[..Math.Max(0, path.LastIndexOf('/'))])
        {
            yield return path;
        }
    }
}
