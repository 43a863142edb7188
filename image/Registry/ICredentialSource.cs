namespace SharpBuild.Image.Registry;

/// <summary>Finds the credentials for a registry.</summary>
public interface ICredentialSource
{
    /// <summary>The credentials for a repository, null for none.</summary>
    /// <param name="registry">A host with its port; <c>docker.io</c> for Docker Hub.</param>
    /// <param name="repository">The repository, as the registry names it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ImageException">They exist, but cannot be had.</exception>
    ValueTask<RegistryCredential?> FindAsync(string registry, string repository, CancellationToken cancellationToken);
}
