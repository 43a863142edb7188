using System.Net;
using System.Text.Json;

namespace SharpBuild.Image.Registry;

/// <summary>What registries answer, in the project's words.</summary>
internal static class RegistryResponse
{
    private static readonly string[] ErrorMembers = ["code", "message", "details"];
    private const int ErrorLimit = 64 * 1024;

    /// <summary>Reads a body that must not be larger than <paramref name="limit"/>.</summary>
    /// <exception cref="ImageException">It is larger.</exception>
    public static async Task<byte[]> ReadLimitedAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var whole = new MemoryStream((int)Math.Min(response.Content.Headers.ContentLength ?? 4096, limit));
        var buffer = new byte[16 * 1024];
        for (var length = await body.ReadAsync(buffer, cancellationToken); length > 0; length = await body.ReadAsync(buffer, cancellationToken))
        {
            await whole.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
            if (whole.Length > limit)
            {
                throw new ImageException(ImageErrorCodes.LimitExceeded, $"the answer of {response.RequestMessage?.RequestUri?.Host} is larger than {limit / 1024} KiB");
            }
        }

        return whole.ToArray();
    }

    /// <summary>Makes the exception that an unsuccessful answer means.</summary>
    public static async Task<ImageException> ToExceptionAsync(HttpResponseMessage response, RegistryEndpoint endpoint, ImageReference reference, string what, CancellationToken cancellationToken)
    {
        var text = await DescribeAsync(response, cancellationToken);
        var (code, message, hint) = response.StatusCode switch
        {
            HttpStatusCode.NotFound => (ImageErrorCodes.NotFound, $"{what} is not in the registry '{endpoint.Registry}': {text}", "check the name and the tag"),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => (
                ImageErrorCodes.Unauthorized,
                $"the registry '{endpoint.Registry}' refuses access to {what}; it may not exist, or may need a login: {text}",
                $"log in with: docker login{(endpoint.Registry == ImageReference.DefaultRegistry ? "" : " " + endpoint.Registry)}"),
            HttpStatusCode.TooManyRequests => (ImageErrorCodes.RateLimited, $"the registry '{endpoint.Registry}' has had too many requests{RetryText(response)}: {text}", "wait, log in for a higher limit, or use a mirror"),
            _ => (ImageErrorCodes.RegistryProtocol, $"the registry '{endpoint.Registry}' failed on {what}: {text}", (string?)null),
        };
        return new(code, message)
        {
            Reference = reference,
            Subject = reference.FamiliarName,
            Hint = hint,
            IsTransient = response.StatusCode == HttpStatusCode.TooManyRequests || (int)response.StatusCode >= 500,
        };
    }

    public static string Describe(HttpResponseMessage response, ReadOnlyMemory<byte> body)
    {
        var status = $"{(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();
        return FirstError(body) is { } error ? $"{status} ({error})" : status;
    }

    private static async Task<string> DescribeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return Describe(response, await ReadLimitedAsync(response, ErrorLimit, cancellationToken));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or ImageException)
        {
            return Describe(response, default);
        }
    }

    private static string RetryText(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => $" and asks to come back in {delta.TotalSeconds:0} seconds",
        { Date: { } date } => $" and asks to come back at {date:u}",
        _ => "",
    };

    // {"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}, or {"details":"…"} of token services.
    private static string? FirstError(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            if (root.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0)
            {
                root = errors[0];
            }

            var parts = ErrorMembers
                .Where(name => root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
                .Select(name => root.GetProperty(name).GetString());
            return string.Join(": ", parts) is { Length: > 0 } text ? text : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
