using System.Text.Json;

namespace SharpBuild.Image.Registry.Authentication;

/// <summary>A token and the moment from which it is not used any more.</summary>
/// <param name="Value">The token.</param>
/// <param name="StaleAfter">A little before the registry stops taking it.</param>
internal sealed record AccessToken(string Value, DateTimeOffset StaleAfter)
{
    // What the token protocol says when the server does not.
    private const int DefaultSeconds = 60;

    /// <summary>Reads a token server's answer, null when there is no token in it.</summary>
    public static AccessToken? Read(ReadOnlyMemory<byte> json, DateTimeOffset now)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var value = Text(root, "token") ?? Text(root, "access_token");
            var seconds = root.TryGetProperty("expires_in", out var expiry) && expiry.TryGetInt32(out var given) && given > 0 ? given : DefaultSeconds;

            // A tenth less, so that a token does not run out between here and there.
            return value is null ? null : new AccessToken(value, now.AddSeconds(seconds * 0.9));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Names no secret.</summary>
    public override string ToString() => $"token until {StaleAfter:O}";

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
