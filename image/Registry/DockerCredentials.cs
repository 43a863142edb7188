using System.Text;
using System.Text.Json;

namespace SharpBuild.Image.Registry;

/// <summary>The credentials that <c>docker login</c> and <c>podman login</c> leave: auth files and credential helpers, read when first needed.</summary>
public sealed class DockerCredentials : ICredentialSource
{
    private static readonly string[] DockerHubKeys = ["https://index.docker.io/v1/", "index.docker.io", "docker.io", "registry-1.docker.io"];

    private readonly string[] files;
    private readonly CredentialHelper helper;
    private readonly Dictionary<string, Task<RegistryCredential?>> found = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>Reads the given files, the first that knows a registry wins.</summary>
    /// <param name="files">Paths of files like <c>~/.docker/config.json</c>; those that do not exist are passed over.</param>
    /// <param name="searchPath">Where credential helpers are looked for, as <c>PATH</c>.</param>
    public DockerCredentials(IEnumerable<string> files, string searchPath)
    {
        this.files = [.. files];
        helper = new(searchPath);
    }

    /// <summary>The files that Docker and Podman use: <c>REGISTRY_AUTH_FILE</c>, <c>$XDG_RUNTIME_DIR/containers/auth.json</c>, <c>$DOCKER_CONFIG/config.json</c> or <c>~/.docker/config.json</c>.</summary>
    /// <param name="lookup">Finds an environment variable.</param>
    public static DockerCredentials FromEnvironment(Func<string, string?> lookup)
    {
        var paths = new List<string>();
        Add(lookup("REGISTRY_AUTH_FILE"));
        Add(lookup("XDG_RUNTIME_DIR"), "containers", "auth.json");
        Add(lookup("DOCKER_CONFIG") ?? (lookup("HOME") is { Length: > 0 } home ? Path.Combine(home, ".docker") : null), "config.json");
        return new(paths, lookup("PATH") ?? "/usr/local/bin:/usr/bin:/bin");

        void Add(string? directory, params ReadOnlySpan<string> rest)
        {
            if (!string.IsNullOrEmpty(directory))
            {
                paths.Add(Path.Combine([directory, .. rest]));
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<RegistryCredential?> FindAsync(string registry, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            // A helper may ask the user or a cloud: once a registry, however many layers are pulled at the same time.
            if (!found.TryGetValue(registry, out var task) || task.IsFaulted || task.IsCanceled)
            {
                found[registry] = task = SearchAsync(registry, cancellationToken);
            }

            return new(task);
        }
    }

    private static string[] KeysOf(string registry) =>
        registry == ImageReference.DefaultRegistry ? DockerHubKeys : [registry, $"https://{registry}", $"http://{registry}", $"https://{registry}/v1/", $"https://{registry}/v2/", $"https://{registry}/"];

    private async Task<RegistryCredential?> SearchAsync(string registry, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            if (File.Exists(file) && await SearchAsync(file, KeysOf(registry), cancellationToken) is { } credential)
            {
                return credential;
            }
        }

        return null;
    }

    private async Task<RegistryCredential?> SearchAsync(string file, string[] keys, CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(file, cancellationToken));
            var root = document.RootElement;
            if (Find(root, "credHelpers", keys) is { Key: { } helperKey, Value.ValueKind: JsonValueKind.String } named)
            {
                return await helper.GetAsync(named.Value.GetString()!, helperKey, cancellationToken);
            }

            if (root.TryGetProperty("credsStore", out var store) && store.GetString() is { Length: > 0 } storeName)
            {
                foreach (var key in keys)
                {
                    if (await helper.GetAsync(storeName, key, cancellationToken) is { } stored)
                    {
                        return stored;
                    }
                }
            }

            return Find(root, "auths", keys) is { Value.ValueKind: JsonValueKind.Object } entry ? ReadEntry(entry.Value, file) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new ImageException(ImageErrorCodes.Credentials, $"the credentials file {file} is damaged: {exception.Message}", exception) { Subject = file };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ImageException(ImageErrorCodes.Credentials, $"the credentials file {file} cannot be read: {exception.Message}", exception) { Subject = file };
        }
    }

    private static (string? Key, JsonElement Value) Find(JsonElement root, string member, string[] keys)
    {
        if (root.TryGetProperty(member, out var entries) && entries.ValueKind == JsonValueKind.Object)
        {
            foreach (var key in keys)
            {
                if (entries.TryGetProperty(key, out var value))
                {
                    return (key, value);
                }
            }
        }

        return default;
    }

    private static RegistryCredential? ReadEntry(JsonElement entry, string file)
    {
        var (user, password) = (Text(entry, "username"), Text(entry, "password"));
        if (Text(entry, "auth") is { Length: > 0 } encoded)
        {
            // Docker ends the password with zero bytes at times.
            var pair = Encoding.UTF8.GetString(Convert.FromBase64String(encoded)).TrimEnd('\0');
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            (user, password) = colon < 0 ? throw new FormatException("an 'auth' is not name:password") : (pair[..colon], pair[(colon + 1)..]);
        }

        var (identity, token) = (Text(entry, "identitytoken"), Text(entry, "registrytoken"));
        return user is null && identity is null && token is null ? null : new(user ?? "", password ?? "", file)
        {
            IdentityToken = string.IsNullOrEmpty(identity) ? null : identity,
            RegistryToken = string.IsNullOrEmpty(token) ? null : token,
        };
    }

    private static string? Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.GetString() : null;
}
