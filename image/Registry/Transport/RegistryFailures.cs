using System.Text;
using System.Text.Json;

namespace SharpBuild.Image.Registry.Transport;

/// <summary>Turns a registry's refusal into the exception that says what it means.</summary>
internal static class RegistryFailures
{
    private const int LongestBody = 16 * 1024;
    private const int LongestReason = 300;

    /// <summary>The exception for an answer that is none of the wanted ones.</summary>
    public static async Task<ImageException> ReadAsync(HttpResponseMessage response, RegistryEndpoint endpoint, RegistryRequest request, CancellationToken cancellationToken)
    {
        var reason = await ReadReasonAsync(response, cancellationToken);
        var said = reason.Length > 0 ? $": {reason}" : "";
        var (code, message, hint) = (int)response.StatusCode switch
        {
            404 when IsHtml(response) => NotARegistry(endpoint, request.Uri),
            401 or 403 => Denied(endpoint, request, said),
            404 => Missing(endpoint, request, said),
            429 => (ImageErrorCodes.RateLimited, $"{endpoint.Description} is limiting requests{Until(response)}{said}",
                "log in for a higher limit, use a mirror (--registry-mirror), or wait"),
            >= 500 => (ImageErrorCodes.Network, $"{endpoint.Description} failed with {Status(response)} on {request.Subject}{said}", "try again later; the registry's log tells more"),
            _ => (ImageErrorCodes.RegistryProtocol, $"{endpoint.Description} answered {request.Method} of {request.Subject} with {Status(response)}{said}",
                "check that the address is that of a registry of the OCI distribution protocol"),
        };
        return new ImageException(code, message, new HttpRequestException(Status(response), inner: null, response.StatusCode))
        {
            Subject = request.Subject,
            Reference = request.Reference,
            Hint = hint,
            IsTransient = code is ImageErrorCodes.RateLimited or ImageErrorCodes.Network,
        };
    }

    /// <summary>The exception for a web page in place of a manifest.</summary>
    public static ImageException NotARegistry(RegistryEndpoint endpoint, RegistryRequest request)
    {
        var (code, message, hint) = NotARegistry(endpoint, request.Uri);
        return new ImageException(code, message) { Subject = request.Subject, Reference = request.Reference, Hint = hint };
    }

    /// <summary>Whether the answer is a web page.</summary>
    public static bool IsHtml(HttpResponseMessage response) => response.Content.Headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml";

    private static (string Code, string Message, string Hint) NotARegistry(RegistryEndpoint endpoint, Uri address) =>
        (ImageErrorCodes.RegistryProtocol, $"{endpoint.Description} is not a registry: {address.Authority} answers with a web page", "check the registry's host and port; it is not the address of its web site");

    private static (string Code, string Message, string Hint) Missing(RegistryEndpoint endpoint, RegistryRequest request, string said) =>
        request.Scope.IsPush
            ? (ImageErrorCodes.NotFound, $"{endpoint.Description} has no place for {request.Subject}{said}", "create the repository, or check its name")
            : request.Subject.StartsWith("image", StringComparison.Ordinal)
                ? (ImageErrorCodes.NotFound, $"there is no {request.Subject}{(endpoint is { IsMirror: false, CredentialsKey: ImageReference.DefaultRegistry } ? " on Docker Hub" : "")}",
                    "check the name and the tag")
                : (ImageErrorCodes.NotFound, $"{endpoint.Description} has no {request.Subject}", "the image is incomplete there: push it again");

    // Registries answer so for repositories that do not exist, too: they do not tell strangers which ones do.
    private static (string Code, string Message, string Hint) Denied(RegistryEndpoint endpoint, RegistryRequest request, string said)
    {
        var registry = endpoint.CredentialsKey;
        var login = registry == ImageReference.DefaultRegistry ? "docker login" : $"docker login {registry}";
        return endpoint.Authenticator.CredentialFor(request.Scope.Repository) is { } credential
            ? (ImageErrorCodes.Unauthorized, $"{endpoint.Description} does not let {credential} {Verb(request)} {request.Subject}{said}",
                $"check the name, ask for access, or log in as someone else with '{login}'")
            : (ImageErrorCodes.Unauthorized, request.Scope.IsPush
                ? $"{endpoint.Description} lets nobody push {request.Subject} without a login{said}"
                : $"{request.Subject} does not exist or needs a login{said}",
                $"check the name, or log in with '{login}'");
    }

    private static string Verb(RegistryRequest request) => request.Scope.IsPush ? "push" : "pull";

    private static string Status(HttpResponseMessage response) =>
        $"{(int)response.StatusCode}{(string.IsNullOrEmpty(response.ReasonPhrase) ? "" : " " + response.ReasonPhrase)}";

    private static string Until(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => $" (again in {delta.TotalSeconds:0} s)",
        { Date: { } date } => $" (again at {date:HH:mm:ss} UTC)",
        _ => "",
    };

    private static async Task<string> ReadReasonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (IsHtml(response) || response.Content.Headers.ContentLength == 0)
        {
            return "";
        }

        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var buffer = new byte[LongestBody];
            var length = await body.ReadAtLeastAsync(buffer, LongestBody, throwOnEndOfStream: false, cancellationToken);
            return Printable(ReadErrors(buffer.AsMemory(0, length)) ?? "");
        }
        catch (Exception exception) when (ConnectionFailure.Is(exception))
        {
            // The status says enough; the reason got lost on the way.
            return "";
        }
    }

    // {"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":…}]}
    private static string? ReadErrors(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("errors", out var errors) || errors.ValueKind != JsonValueKind.Array)
            {
                return null;
            }

            var texts = new List<string>();
            foreach (var error in errors.EnumerateArray())
            {
                var text = Text(error, "message") ?? Text(error, "code");
                if (text is { Length: > 0 } && !texts.Contains(text))
                {
                    texts.Add(text);
                }
            }

            return string.Join("; ", texts);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement error, string name) =>
        error.ValueKind == JsonValueKind.Object && error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // A registry's text goes to a terminal: no control characters, no novels.
    private static string Printable(string text)
    {
        var clean = new StringBuilder();
        foreach (var character in text.AsSpan(0, Math.Min(text.Length, LongestReason)))
        {
            clean.Append(char.IsControl(character) ? ' ' : character);
        }

        return clean.ToString().Trim();
    }
}
