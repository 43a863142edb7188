using System.Net;
using System.Net.Http.Headers;
using System.Text;
using SharpBuild.Image.Registry.Transport;
using SharpBuild.Image.Web;

namespace SharpBuild.Image.Registry.Authentication;

/// <summary>Gets access tokens: by GET with name and password (or anonymously), by OAuth's POST with an identity token. Thread-safe.</summary>
internal sealed class TokenClient(RegistryOptions options, Connections connections, TokenCache cache)
{
    private const int LongestAnswer = 1024 * 1024;
    private const string ClientId = "sharpbuild";
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);
    private readonly Retrier retrier = new(options);

    /// <summary>The tokens that were got.</summary>
    public TokenCache Cache => cache;

    /// <summary>How far a request for a realm may go that a registry named.</summary>
    public Reach Limit(Uri registry, Uri realm) => connections.Limit(registry, realm);

    /// <summary>Gets a token.</summary>
    /// <exception cref="ImageException">The server refuses, or cannot be reached.</exception>
    public async Task<AccessToken> FetchAsync(TokenRequest request, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        var usesPost = credential?.IdentityToken is not null;
        using var first = await SendAsync(request, credential, usesPost, cancellationToken);
        if (usesPost || credential is null || first.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed))
        {
            return await ReadAsync(first, request, credential, cancellationToken);
        }

        // Some token servers know OAuth only.
        using var second = await SendAsync(request, credential, usePost: true, cancellationToken);
        return await ReadAsync(second, request, credential, cancellationToken);
    }

    /// <summary>Name and password as a header.</summary>
    public static AuthenticationHeaderValue Basic(RegistryCredential credential) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.UserName}:{credential.Password}")));

    private Task<HttpResponseMessage> SendAsync(TokenRequest request, RegistryCredential? credential, bool usePost, CancellationToken cancellationToken) =>
        retrier.RunAsync(
            async () =>
            {
                using var message = usePost ? MakePost(request, credential!) : MakeGet(request, credential);
                return await connections.SendAsync(message, request.IsInsecure, request.Reach, AnswerLimit, cancellationToken);
            },
            request.Realm,
            options.MaximumAttempts,
            cancellationToken);

    private static HttpRequestMessage MakeGet(TokenRequest request, RegistryCredential? credential)
    {
        var query = new StringBuilder(request.Realm.Query.Length > 1 ? request.Realm.Query + "&" : "?");
        if (request.Service is not null)
        {
            query.Append("service=").Append(Uri.EscapeDataString(request.Service)).Append('&');
        }

        if (credential is not null)
        {
            query.Append("account=").Append(Uri.EscapeDataString(credential.UserName)).Append('&');
        }

        query.AppendJoin('&', request.Scopes.Select(scope => "scope=" + Uri.EscapeDataString(scope)));
        var message = new HttpRequestMessage(HttpMethod.Get, request.Realm.GetLeftPart(UriPartial.Path) + query.ToString().TrimEnd('&', '?'));
        message.Headers.Authorization = credential is null ? null : Basic(credential);
        return message;
    }

    private static HttpRequestMessage MakePost(TokenRequest request, RegistryCredential credential)
    {
        var form = new List<KeyValuePair<string, string>>
        {
            new("client_id", ClientId),
            new("service", request.Service ?? ""),
            new("scope", string.Join(' ', request.Scopes)),
        };
        form.AddRange(credential.IdentityToken is { } identity
            ? [new("grant_type", "refresh_token"), new("refresh_token", identity)]
            : [new("grant_type", "password"), new("username", credential.UserName), new("password", credential.Password)]);
        return new HttpRequestMessage(HttpMethod.Post, request.Realm) { Content = new FormUrlEncodedContent(form) };
    }

    private async Task<AccessToken> ReadAsync(HttpResponseMessage response, TokenRequest request, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw Refused(response.StatusCode, request, credential);
        }

        try
        {
            await response.Content.LoadIntoBufferAsync(LongestAnswer, cancellationToken);
            var json = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return AccessToken.Read(json, options.Clock.GetUtcNow()) ?? throw new ImageException(
                ImageErrorCodes.RegistryProtocol, $"the token server {request.Realm.Authority} of registry '{request.Registry}' gave no token")
            { Subject = request.Registry, Hint = "check the registry's token configuration" };
        }
        catch (Exception exception) when (ConnectionFailure.Is(exception))
        {
            throw ConnectionFailure.Explain(exception, request.Realm);
        }
    }

    private static ImageException Refused(HttpStatusCode status, TokenRequest request, RegistryCredential? credential)
    {
        var server = $"the token server {request.Realm.Authority} of registry '{request.Registry}'";
        return (int)status switch
        {
            429 => new ImageException(ImageErrorCodes.RateLimited, $"{server} is limiting requests")
            { Subject = request.Registry, Hint = "log in for a higher limit, use a mirror, or wait", IsTransient = true },
            >= 500 => new ImageException(ImageErrorCodes.Network, $"{server} failed with {(int)status}") { Subject = request.Registry, Hint = "try again later", IsTransient = true },
            400 or 401 or 403 when credential is not null => new ImageException(ImageErrorCodes.Unauthorized, $"registry '{request.Registry}' refuses the credentials of {credential}")
            { Subject = request.Registry, Hint = "log in again; the password or token may have changed" },
            401 or 403 => new ImageException(ImageErrorCodes.Unauthorized, $"registry '{request.Registry}' requires a login")
            { Subject = request.Registry, Hint = $"log in with 'docker login {request.Registry}'" },
            _ => new ImageException(ImageErrorCodes.RegistryProtocol, $"{server} answered with {(int)status}")
            { Subject = request.Registry, Hint = "check the registry's token configuration" },
        };
    }
}
