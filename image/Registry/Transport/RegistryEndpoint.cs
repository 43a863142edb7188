using SharpBuild.Image.Registry.Authentication;

namespace SharpBuild.Image.Registry.Transport;

/// <summary>One address at which the content of a registry is asked for: the registry's own, or a mirror's. Keeps what was learned about it.</summary>
/// <param name="address">Scheme, host and port; a path of it is put before each repository.</param>
/// <param name="credentialsKey">The name under which its credentials are looked up.</param>
internal sealed class RegistryEndpoint(Uri address, string credentialsKey)
{
    private readonly string prefix = address.AbsolutePath.Trim('/') is { Length: > 0 } path ? path + "/" : "";
    private long unreachableUntil = long.MinValue;

    /// <summary>Scheme, host and port.</summary>
    public Uri Address => address;

    /// <summary>The name under which its credentials are looked up.</summary>
    public string CredentialsKey => credentialsKey;

    /// <summary>Whether it stands in for the registry.</summary>
    public bool IsMirror { get; init; }

    /// <summary>Whether plain HTTP and unknown certificates are accepted of it.</summary>
    public bool IsInsecure { get; init; }

    /// <summary>Answers its challenges.</summary>
    public required Authenticator Authenticator { get; init; }

    /// <summary>How messages name it.</summary>
    public string Description => IsMirror ? $"mirror {address.Scheme}://{address.Authority}" : $"registry '{credentialsKey}'";

    /// <summary>The address of something in a repository.</summary>
    public Uri Resource(string repository, string path) => new($"{address.Scheme}://{address.Authority}/v2/{prefix}{repository}/{path}");

    /// <summary>The repository's name at this address.</summary>
    public string Localize(string repository) => prefix + repository;

    /// <summary>Whether <paramref name="other"/> is of the same scheme, host and port.</summary>
    public bool IsOriginOf(Uri? other) => other is not null && other.Scheme == address.Scheme && other.Authority == address.Authority;

    /// <summary>The place that the registry sends a request on to: by a redirect, or as the location of an upload.</summary>
    /// <exception cref="ImageException">It is not a web address, or would carry over plain HTTP what goes over TLS now.</exception>
    public Uri Follow(Uri from, Uri next, RegistryRequest request)
    {
        var isDowngrade = next.Scheme == Uri.UriSchemeHttp && from.Scheme == Uri.UriSchemeHttps && !(IsInsecure && next.Host == address.Host);
        return !isDowngrade && next.Scheme is "http" or "https"
            ? next
            : throw new ImageException(ImageErrorCodes.RegistryProtocol, $"{Description} sends {request.Subject} on from {from.Scheme} to {next.Scheme}://{next.Authority}")
            { Subject = from.Authority, Reference = request.Reference, Hint = "correct the address that the registry gives of itself in its configuration, or that of the proxy before it" };
    }

    /// <summary>Remembers for a while that nobody answers here, so that not each blob of an image waits for it again.</summary>
    public void MarkUnreachable(TimeProvider clock) => Volatile.Write(ref unreachableUntil, clock.GetTimestamp() + clock.TimestampFrequency * 60);

    /// <summary>Whether nobody answered here a short while ago.</summary>
    public bool IsUnreachable(TimeProvider clock) => clock.GetTimestamp() < Volatile.Read(ref unreachableUntil);
}
