using System.Net;

namespace SharpBuild.Image.Registry;

/// <summary>One address of a registry: the registry itself or a mirror.</summary>
/// <param name="Registry">The name under which credentials are kept.</param>
/// <param name="Host">Host and port to connect to.</param>
/// <param name="Path">A path before <c>/v2/</c>, empty or starting with a slash.</param>
/// <param name="Scheme">How it is spoken to, null to find out.</param>
/// <param name="IsInsecure">Whether certificates are not checked and plain HTTP is allowed.</param>
internal sealed record RegistryEndpoint(string Registry, string Host, string Path, string? Scheme, bool IsInsecure)
{
    private const string DockerHub = "registry-1.docker.io";

    /// <summary>Whether it is on this machine, where no one can listen in: plain HTTP needs no permission.</summary>
    public bool IsLoopback => IsLoopbackHost(HostName(Host));

    /// <summary>The endpoints to pull from, best first.</summary>
    public static IEnumerable<RegistryEndpoint> ForPull(string registry, RegistryOptions options)
    {
        if (options.Mirrors.TryGetValue(registry, out var mirrors))
        {
            foreach (var mirror in mirrors)
            {
                yield return new(mirror.Authority, mirror.Authority, mirror.AbsolutePath.TrimEnd('/'), mirror.Scheme, mirror.Scheme == "http" || options.InsecureRegistries.Contains(mirror.Authority));
            }
        }

        yield return ForPush(registry, options);
    }

    /// <summary>The registry itself: mirrors are only read.</summary>
    public static RegistryEndpoint ForPush(string registry, RegistryOptions options)
    {
        var host = registry == ImageReference.DefaultRegistry ? DockerHub : registry;
        var endpoint = new RegistryEndpoint(registry, host, "", null, options.InsecureRegistries.Contains(registry));
        return endpoint.IsInsecure || endpoint.IsLoopback ? endpoint : endpoint with { Scheme = "https" };
    }

    public static bool IsLoopbackHost(string name) =>
        name is "localhost" || name.EndsWith(".localhost", StringComparison.Ordinal) || (IPAddress.TryParse(name.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static string HostName(string authority) => authority.StartsWith('[') ? authority[..(authority.IndexOf(']') + 1)] : authority.Split(':')[0];
}
