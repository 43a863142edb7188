namespace SharpBuild.Image.Registry;

/// <summary>Knows no credentials: everything is anonymous.</summary>
public sealed class NoCredentials : ICredentialSource
{
    /// <summary>The only one there is.</summary>
    public static readonly NoCredentials Instance = new();

    private NoCredentials()
    {
    }

    /// <inheritdoc/>
    public ValueTask<RegistryCredential?> FindAsync(string registry, string repository, CancellationToken cancellationToken) => new((RegistryCredential?)null);
}
