using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using SharpBuild.Image.Registry.Credentials;
using SharpBuild.Linux;

namespace SharpBuild.Image.Registry;

/// <summary>
/// The credentials that <c>docker login</c>, <c>podman login</c> and <c>skopeo login</c> leave, in their files or with the credential helpers that
/// these name, and before them those that CI services put into <c>DOCKER_AUTH_CONFIG</c>. A place that is damaged is passed over, and only reported
/// when no other has anything. Reads nothing until asked. Thread-safe.
/// </summary>
/// <param name="environment">Looks up environment variables.</param>
public sealed class DockerCredentials(Func<string, string?> environment) : ICredentialSource
{
    // A helper may ask the user, and knows nothing of repositories: each is asked once a server.
    private readonly ConcurrentDictionary<(string Helper, string Server), RegistryCredential?> answers = new();

    /// <inheritdoc/>
    public async ValueTask<RegistryCredential?> FindAsync(string registry, string repository, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(repository);
        var keys = new RegistryKeys(registry, repository);
        ImageException? first = null;
        foreach (var open in Places())
        {
            try
            {
                if (open() is { } file && await FindInAsync(file, keys, cancellationToken) is { } found)
                {
                    return found;
                }
            }
            catch (ImageException problem)
            {
                first ??= problem;
            }
        }

        return first is null ? null : throw first;
    }

    private async ValueTask<RegistryCredential?> FindInAsync(DockerConfigFile file, RegistryKeys keys, CancellationToken cancellationToken)
    {
        if (file.FindHelper(keys) is { } named)
        {
            return await AskAsync(named, file, keys, isRequired: true, cancellationToken);
        }

        if (file.Store is { } store)
        {
            try
            {
                // One that is not installed (Docker Desktop's, on a machine without it) must not keep anybody from public images.
                if (await AskAsync(store, file, keys, isRequired: false, cancellationToken) is { } stored)
                {
                    return stored;
                }
            }
            catch (ImageException) when (!file.Mentions(keys))
            {
                // A login with a store leaves an empty entry in the file. Without one it has nothing for us, whatever ails it.
            }
        }

        return file.FindLogin(keys);
    }

    private async ValueTask<RegistryCredential?> AskAsync(string helper, DockerConfigFile file, RegistryKeys keys, bool isRequired, CancellationToken cancellationToken)
    {
        foreach (var server in keys.Servers)
        {
            if (!answers.TryGetValue((helper, server), out var answer))
            {
                answer = await new CredentialHelper(helper, file.Path, environment("PATH") ?? "").GetAsync(server, isRequired, cancellationToken);
                answers[(helper, server)] = answer;
            }

            if (answer is not null)
            {
                return answer;
            }
        }

        return null;
    }

    // Podman's before Docker's, as podman, skopeo and buildah look for them. REGISTRY_AUTH_FILE stands for itself alone.
    private IEnumerable<Func<DockerConfigFile?>> Places()
    {
        if (environment("DOCKER_AUTH_CONFIG") is { Length: > 0 } text)
        {
            yield return () => DockerConfigFile.Parse("in DOCKER_AUTH_CONFIG", Encoding.UTF8.GetBytes(text));
        }

        if (environment("REGISTRY_AUTH_FILE") is { Length: > 0 } given)
        {
            yield return () => DockerConfigFile.Read(given);
            yield break;
        }

        var runtime = environment("XDG_RUNTIME_DIR") is { Length: > 0 } set ? set : null;
        yield return () => DockerConfigFile.Read(
            Path.Combine(runtime ?? "/run", "containers", runtime is null ? Processes.EffectiveUserId.ToString(CultureInfo.InvariantCulture) : "", "auth.json"), isOptional: runtime is null);
        var home = environment("HOME") is { Length: > 0 } directory ? directory : null;
        if (environment("XDG_CONFIG_HOME") is { Length: > 0 } config)
        {
            yield return () => DockerConfigFile.Read(Path.Combine(config, "containers", "auth.json"));
        }
        else if (home is not null)
        {
            yield return () => DockerConfigFile.Read(Path.Combine(home, ".config", "containers", "auth.json"));
        }

        if (environment("DOCKER_CONFIG") is { Length: > 0 } docker)
        {
            yield return () => DockerConfigFile.Read(Path.Combine(docker, "config.json"));
        }
        else if (home is not null)
        {
            yield return () => DockerConfigFile.Read(Path.Combine(home, ".docker", "config.json"));
        }

        if (home is not null)
        {
            yield return () => DockerConfigFile.Read(Path.Combine(home, ".dockercfg"));
        }
    }
}
