using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace SharpBuild.Image.Registry.Credentials;

/// <summary>The parts of a Docker <c>config.json</c> (or podman <c>auth.json</c>) that tell about credentials.</summary>
internal sealed class DockerConfigFile
{
    private readonly Dictionary<string, string> helpers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RegistryCredential> logins = new(StringComparer.Ordinal);

    private DockerConfigFile(string path) => Path = path;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The credential helper of all registries that have none of their own.</summary>
    public string? Store { get; private set; }

    /// <summary>Reads a file; null when there is none.</summary>
    /// <exception cref="ImageException">It cannot be read, or is damaged.</exception>
    public static DockerConfigFile? Read(string path)
    {
        try
        {
            return Parse(path, File.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Damaged(path, $"cannot be read: {exception.Message}", "make it readable for you", exception);
        }
    }

    /// <summary>The helper of exactly this registry.</summary>
    public string? FindHelper(string key) => helpers.GetValueOrDefault(key);

    /// <summary>The login of the first key that has one. Whole hosts are compared, never parts of them.</summary>
    public RegistryCredential? FindLogin(ImmutableArray<string> keys)
    {
        foreach (var key in keys)
        {
            if (logins.TryGetValue(key, out var exact) || logins.TryGetValue(HostOf(key), out exact))
            {
                return exact;
            }
        }

        return null;
    }

    /// <summary>Reads the file's bytes.</summary>
    internal static DockerConfigFile Parse(string path, ReadOnlyMemory<byte> json)
    {
        var file = new DockerConfigFile(path);
        try
        {
            // An empty file is what an interrupted login or a fresh mount leaves.
            if (!json.Span.IsEmpty)
            {
                using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
                file.Add(document.RootElement);
            }

            return file;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw Damaged(path, $"is not a Docker configuration: {exception.Message}", "mend it, or log in again", exception);
        }
    }

    private static ImageException Damaged(string path, string problem, string hint, Exception? inner) =>
        new(ImageErrorCodes.Credentials, $"the credentials file {path} {problem}", inner) { Subject = path, Hint = hint };

    private void Add(JsonElement root)
    {
        Store = Text(root, "credsStore");
        foreach (var helper in Members(root, "credHelpers"))
        {
            if (helper.Value.GetString() is { Length: > 0 } name)
            {
                helpers[helper.Name] = name;
            }
        }

        foreach (var login in Members(root, "auths"))
        {
            if (ReadLogin(login) is { } credential)
            {
                logins[login.Name] = credential;
                logins.TryAdd(HostOf(login.Name), credential);
            }
        }
    }

    private RegistryCredential? ReadLogin(JsonProperty login)
    {
        var (user, password) = Text(login.Value, "auth") is { } auth ? Decode(login.Name, auth) : (Text(login.Value, "username"), Text(login.Value, "password"));
        var credential = new RegistryCredential(user ?? "", password ?? "", Path)
        {
            IdentityToken = Text(login.Value, "identitytoken"),
            RegistryToken = Text(login.Value, "registrytoken"),
        };

        // With a credential store the file keeps an empty entry: a note that there was a login, not the login.
        return user is null && credential is { IdentityToken: null, RegistryToken: null } ? null : credential;
    }

    private (string User, string Password) Decode(string registry, string auth)
    {
        try
        {
            var text = Encoding.UTF8.GetString(Convert.FromBase64String(auth));
            var colon = text.IndexOf(':');
            if (colon > 0)
            {
                return (text[..colon], text[(colon + 1)..].TrimEnd('\0'));
            }
        }
        catch (FormatException)
        {
            // Reported below: the text itself stays out of the message, it may be a password.
        }

        throw Damaged(Path, $"has an entry for '{registry}' whose 'auth' is not user:password in base64", $"log in to {HostOf(registry)} again", inner: null);
    }

    // Old versions of Docker wrote https://host/v1/.
    private static string HostOf(string key)
    {
        var start = key.IndexOf("://", StringComparison.Ordinal) is var at and >= 0 ? at + 3 : 0;
        var slash = key.IndexOf('/', start);
        return slash < 0 ? key[start..] : start > 0 ? key[start..slash] : key;
    }

    private static JsonElement.ObjectEnumerator Members(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : default;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
