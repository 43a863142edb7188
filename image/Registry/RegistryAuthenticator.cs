using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace SharpBuild.Image.Registry;

/// <summary>Answers registries' challenges: passwords, tokens, refresh tokens. Remembers the answers, so that one token serves many requests.</summary>
internal sealed class RegistryAuthenticator(RegistryOptions options, Func<RegistryEndpoint, HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send)
{
    // The specification's default for tokens that do not say.
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, AuthChallenge> challenges = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Registry, string Scope), Token> tokens = new();

    /// <summary>The header for a request, before the registry asked for one: null when it never did.</summary>
    public async Task<AuthenticationHeaderValue?> TryGetAsync(RegistryEndpoint endpoint, string scope, CancellationToken cancellationToken)
    {
        if (tokens.TryGetValue((endpoint.Host, scope), out var token) && token.Expires > options.Clock.GetUtcNow())
        {
            return token.Header;
        }

        return challenges.TryGetValue(endpoint.Host, out var challenge) ? await AnswerAsync(endpoint, challenge, scope, cancellationToken) : null;
    }

    /// <summary>The header that answers a challenge, null when there are no credentials that could.</summary>
    public async Task<AuthenticationHeaderValue?> AnswerAsync(RegistryEndpoint endpoint, AuthChallenge challenge, string scope, CancellationToken cancellationToken)
    {
        challenges[endpoint.Host] = challenge;
        var credential = await options.Credentials.FindAsync(endpoint.Registry, cancellationToken);
        if (!challenge.IsBearer)
        {
            return credential is null ? null : Basic(credential);
        }

        var token = credential?.RegistryToken is { } given
            ? new Token(new("Bearer", given), DateTimeOffset.MaxValue)
            : await FetchAsync(endpoint, challenge, credential, scope, cancellationToken);
        tokens[(endpoint.Host, scope)] = token;
        return token.Header;
    }

    /// <summary>Forgets a token that was refused.</summary>
    public void Forget(RegistryEndpoint endpoint, string scope) => tokens.TryRemove((endpoint.Host, scope), out _);

    private static AuthenticationHeaderValue Basic(RegistryCredential credential) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.UserName}:{credential.Password}")));

    private async Task<Token> FetchAsync(RegistryEndpoint endpoint, AuthChallenge challenge, RegistryCredential? credential, string scope, CancellationToken cancellationToken)
    {
        using var request = credential?.IdentityToken is { } identity ? ExchangeRequest(challenge, identity, scope) : TokenRequest(challenge, credential, scope);
        using var response = await send(endpoint, request, cancellationToken);
        var body = await RegistryResponse.ReadLimitedAsync(response, 1 << 20, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new ImageException(ImageErrorCodes.Unauthorized, $"the token service {challenge.Realm!.Host} of '{endpoint.Registry}' refused{(credential is null ? "" : $" the credentials of {credential}")}: {RegistryResponse.Describe(response, body)}")
            {
                Subject = endpoint.Registry,
                Hint = $"log in with: docker login {endpoint.Registry}",
                IsTransient = (int)response.StatusCode >= 500,
            };
        }

        return ReadToken(endpoint, body);
    }

    private static HttpRequestMessage TokenRequest(AuthChallenge challenge, RegistryCredential? credential, string scope)
    {
        var uri = new UriBuilder(challenge.Realm!);
        var query = new StringBuilder(uri.Query.TrimStart('?'));
        Append(query, "service", challenge.Service);
        foreach (var part in scope.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Append(query, "scope", part);
        }

        uri.Query = query.ToString();
        var request = new HttpRequestMessage(HttpMethod.Get, uri.Uri);
        request.Headers.Authorization = credential is null ? null : Basic(credential);
        return request;
    }

    private static HttpRequestMessage ExchangeRequest(AuthChallenge challenge, string identityToken, string scope) => new(HttpMethod.Post, challenge.Realm)
    {
        Content = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "refresh_token",
            ["service"] = challenge.Service ?? "",
            ["client_id"] = "sharpbuild",
            ["scope"] = scope,
            ["refresh_token"] = identityToken,
        }),
    };

    private Token ReadToken(RegistryEndpoint endpoint, byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            var text = Text(root, "token") ?? Text(root, "access_token");
            if (!string.IsNullOrEmpty(text))
            {
                var lifetime = root.TryGetProperty("expires_in", out var seconds) && seconds.TryGetInt32(out var value) && value > 0 ? TimeSpan.FromSeconds(value) : DefaultLifetime;

                // Renewed when a tenth is left, so that none runs out on the way.
                return new(new("Bearer", text), options.Clock.GetUtcNow() + (lifetime * 0.9));
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            // Falls through: not what a token service answers.
        }

        throw new ImageException(ImageErrorCodes.RegistryProtocol, $"the token service of '{endpoint.Registry}' answered without a token") { Subject = endpoint.Registry };
    }

    private static string? Text(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static void Append(StringBuilder query, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            query.Append(query.Length > 0 ? "&" : "").Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }
    }

    private sealed record Token(AuthenticationHeaderValue Header, DateTimeOffset Expires);
}
