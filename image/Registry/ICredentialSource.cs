namespace SharpBuild.Image.Registry;

/// <summary>Finds the credentials for a registry.</summary>
public interface ICredentialSource
{
    /// <summary>The credentials for <paramref name="registry"/> (a host with its port; <c>docker.io</c> for Docker Hub), null for none.</summary>
    /// <exception cref="ImageException">They exist, but cannot be had.</exception>
    ValueTask<RegistryCredential?> FindAsync(string registry, CancellationToken cancellationToken);
}
