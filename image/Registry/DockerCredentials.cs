using System.Collections.Immutable;
using System.Text;
using SharpBuild.Image.Registry.Credentials;

namespace SharpBuild.Image.Registry;

/// <summary>
/// The credentials that <c>docker login</c>, <c>podman login</c> and <c>skopeo login</c> leave, in their files or with the credential helpers that
/// these name, and before them those that CI services put into <c>DOCKER_AUTH_CONFIG</c>. Reads nothing until asked. Thread-safe.
/// </summary>
/// <param name="environment">Looks up environment variables.</param>
public sealed class DockerCredentials(Func<string, string?> environment) : ICredentialSource
{
    // Docker keeps the Hub's credentials under the address of its first API.
    private const string HubKey = "https://index.docker.io/v1/";

    /// <inheritdoc/>
    public async ValueTask<RegistryCredential?> FindAsync(string registry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        if (environment("DOCKER_AUTH_CONFIG") is { Length: > 0 } text
            && await FindInAsync(DockerConfigFile.Parse("in DOCKER_AUTH_CONFIG", Encoding.UTF8.GetBytes(text)), registry, cancellationToken) is { } given)
        {
            return given;
        }

        foreach (var path in Paths())
        {
            if (DockerConfigFile.Read(path) is { } file && await FindInAsync(file, registry, cancellationToken) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private async ValueTask<RegistryCredential?> FindInAsync(DockerConfigFile file, string registry, CancellationToken cancellationToken)
    {
        var isHub = registry == ImageReference.DefaultRegistry;
        ImmutableArray<string> keys = isHub ? [HubKey, registry, "index.docker.io"] : [registry];
        var server = isHub ? HubKey : registry;
        foreach (var key in keys)
        {
            if (file.FindHelper(key) is { } named)
            {
                return await Helper(named, file).GetAsync(server, isRequired: true, cancellationToken);
            }
        }

        // A store that is named for all registries but not installed (Docker Desktop's, on a machine without it) must not keep anybody from public images.
        var stored = file.Store is { } store ? await Helper(store, file).GetAsync(server, isRequired: false, cancellationToken) : null;
        return stored ?? file.FindLogin(keys);
    }

    private CredentialHelper Helper(string name, DockerConfigFile file) => new(name, file.Path, environment("PATH") ?? "");

    // REGISTRY_AUTH_FILE stands for itself alone, as with podman and skopeo.
    private IEnumerable<string> Paths()
    {
        if (environment("REGISTRY_AUTH_FILE") is { Length: > 0 } given)
        {
            yield return given;
            yield break;
        }

        if (environment("XDG_RUNTIME_DIR") is { Length: > 0 } runtime)
        {
            yield return Path.Combine(runtime, "containers", "auth.json");
        }

        if (environment("DOCKER_CONFIG") is { Length: > 0 } config)
        {
            yield return Path.Combine(config, "config.json");
        }
        else if (environment("HOME") is { Length: > 0 } home)
        {
            yield return Path.Combine(home, ".docker", "config.json");
        }
    }
}
