using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using SharpBuild.Linux;

namespace SharpBuild.Image.Registry.Credentials;

/// <summary>
/// The parts of a Docker <c>config.json</c>, podman <c>auth.json</c> or old <c>.dockercfg</c> that tell about credentials. What stands in an entry is
/// looked at when the entry is asked for: one that is damaged is no obstacle for the others.
/// </summary>
internal sealed class DockerConfigFile
{
    private const int LongestFile = 4 << 20;
    private const string LegacyName = ".dockercfg";
    private readonly Dictionary<string, JsonElement> helpers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement> logins = new(StringComparer.Ordinal);

    private DockerConfigFile(string path) => Path = path;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The credential helper of all registries that have none of their own.</summary>
    public string? Store { get; private set; }

    /// <summary>Reads a file; null when there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isOptional">Whether it is one that only may be ours to read.</param>
    /// <exception cref="ImageException">It cannot be read, or is damaged.</exception>
    public static DockerConfigFile? Read(string path, bool isOptional = false)
    {
        try
        {
            return Parse(path, OrdinaryFile.ReadAll(path, LongestFile));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException) when (isOptional)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Damaged(path, $"cannot be read: {exception.Message}", "make it an ordinary file that you can read", exception);
        }
    }

    /// <summary>The helper of this registry alone.</summary>
    /// <exception cref="ImageException">The entry is damaged.</exception>
    public string? FindHelper(RegistryKeys keys) => Find(helpers, keys, keys.Hosts) is not { } found ? null
        : found.ValueKind == JsonValueKind.String ? found.GetString() is { Length: > 0 } name ? name : null
        : throw Damaged(Path, $"has a credential helper for '{keys.Registry}' that is not a name", "write the word after 'docker-credential-'", inner: null);

    /// <summary>Whether there is an entry for this registry, perhaps an empty one.</summary>
    public bool Mentions(RegistryKeys keys) => Find(logins, keys, keys.All) is not null;

    /// <summary>The login of the most special key that has one. Whole hosts and whole parts of a path are compared.</summary>
    /// <exception cref="ImageException">The entry is damaged.</exception>
    public RegistryCredential? FindLogin(RegistryKeys keys) => Find(logins, keys, keys.All) is { } found ? ReadLogin(keys.Registry, found) : null;

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
                file.Add(document.RootElement.Clone());
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
        if (System.IO.Path.GetFileName(Path) == LegacyName)
        {
            AddMembers(root, logins);
            return;
        }

        Store = Text(root, "credsStore");
        AddMembers(root, "credHelpers", helpers);
        AddMembers(root, "auths", logins);
    }

    private static void AddMembers(JsonElement root, string name, Dictionary<string, JsonElement> entries)
    {
        if (root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object)
        {
            AddMembers(value, entries);
        }
    }

    private static void AddMembers(JsonElement value, Dictionary<string, JsonElement> entries)
    {
        foreach (var entry in value.EnumerateObject())
        {
            entries[entry.Name] = entry.Value;
        }
    }

    // As it is written first; then as old versions of Docker wrote it: https://host/v1/.
    private static JsonElement? Find(Dictionary<string, JsonElement> entries, RegistryKeys keys, ImmutableArray<string> wanted)
    {
        foreach (var key in wanted)
        {
            if (entries.TryGetValue(key, out var exact))
            {
                return exact;
            }

            foreach (var (name, entry) in entries)
            {
                if (RegistryKeys.Normalize(name) == key)
                {
                    return entry;
                }
            }
        }

        return null;
    }

    private RegistryCredential? ReadLogin(string registry, JsonElement login)
    {
        if (login.ValueKind != JsonValueKind.Object)
        {
            throw Damaged(Path, $"has an entry for '{registry}' that is not an object", $"log in to {registry} again", inner: null);
        }

        var (user, password) = Text(login, "auth") is { } auth ? Decode(registry, auth) : (Text(login, "username"), Text(login, "password"));
        var credential = new RegistryCredential(user ?? "", password ?? "", Path)
        {
            IdentityToken = Text(login, "identitytoken"),
            RegistryToken = Text(login, "registrytoken"),
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
                return (text[..colon], text[(colon + 1)..].Trim('\0'));
            }
        }
        catch (FormatException)
        {
            // Reported below: the text itself stays out of the message, it may be a password.
        }

        throw Damaged(Path, $"has an entry for '{registry}' whose 'auth' is not user:password in base64", $"log in to {registry} again", inner: null);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
