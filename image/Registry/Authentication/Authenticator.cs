using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.Http.Headers;
using SharpBuild.Image.Registry.Transport;
using SharpBuild.Image.Web;

namespace SharpBuild.Image.Registry.Authentication;

#pragma warning disable CA1001 // A semaphore whose wait handle nobody asks for holds nothing to release.
/// <summary>Answers the challenges of one endpoint, and keeps its tokens by scope so that later requests are not challenged. Thread-safe; requests in need of the same token share one fetch.</summary>
internal sealed class Authenticator(Uri address, string registry, bool isInsecure, ICredentialSource credentials, TokenClient tokens)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim turn = new(1);
    private readonly ConcurrentDictionary<string, RegistryCredential?> found = new(StringComparer.Ordinal);
    private volatile AuthenticationChallenge? lastChallenge;

    /// <summary>The credentials that were found for a repository; null before its first challenge and when there are none.</summary>
    public RegistryCredential? CredentialFor(string repository) => found.GetValueOrDefault(repository);

    /// <summary>The header for a request before it is sent: null until the endpoint asked for one.</summary>
    public async ValueTask<AuthenticationHeaderValue?> AuthorizeAsync(RepositoryScope scope, CancellationToken cancellationToken)
    {
        if (lastChallenge is null)
        {
            return null;
        }

        return Cached(scope) ?? await AnswerAsync([lastChallenge], scope, rejected: null, cancellationToken);
    }

    /// <summary>The header that answers a challenge; null when we have no answer, or the one we have was just rejected.</summary>
    /// <param name="challenges">What the endpoint accepts.</param>
    /// <param name="scope">What the request needs.</param>
    /// <param name="rejected">What was sent with the request that was challenged.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ImageException">The challenge is one that must not be answered, or the token server refuses.</exception>
    public async Task<AuthenticationHeaderValue?> AnswerAsync(
        ImmutableArray<AuthenticationChallenge> challenges, RepositoryScope scope, AuthenticationHeaderValue? rejected, CancellationToken cancellationToken)
    {
        var bearer = challenges.FirstOrDefault(c => c.Scheme == "bearer");
        if ((bearer ?? challenges.FirstOrDefault(c => c.Scheme == "basic")) is not { } challenge)
        {
            return null;
        }

        // The realm is judged before any credentials are looked up.
        var realm = bearer is null ? null : TokenRealm.Check(bearer["realm"], address, isInsecure);
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (Cached(scope) is { } renewed && !renewed.Equals(rejected))
            {
                return renewed;
            }

            await LookUpAsync(scope.Repository, cancellationToken);
            lastChallenge = challenge;
            var answer = realm is null ? Basic(scope) : await FetchAsync(challenge, realm, scope, cancellationToken);
            return answer?.Equals(rejected) == true ? null : answer;
        }
        finally
        {
            turn.Release();
        }
    }

    private AuthenticationHeaderValue? Cached(RepositoryScope scope)
    {
        if (lastChallenge is { Scheme: "basic" })
        {
            return Basic(scope);
        }

        return tokens.Cache.TryGet(this, scope) is { } token ? Bearer(token.Value) : null;
    }

    private async Task<AuthenticationHeaderValue> FetchAsync(AuthenticationChallenge challenge, Uri realm, RepositoryScope scope, CancellationToken cancellationToken)
    {
        var credential = CredentialFor(scope.Repository);
        if (credential?.RegistryToken is { } given)
        {
            return Bearer(given);
        }

        var scopes = scope.ToScopes();
        if (challenge["scope"] is { Length: > 0 } asked && !asked.StartsWith("repository:", StringComparison.Ordinal))
        {
            // A scope of the registry's own kind. One for a repository is that of the request which was challenged: ours say it better.
            scopes = [.. scopes, asked];
        }

        if (credential is not null)
        {
            TokenRealm.CheckForLogin(realm, address);
        }

        // That any certificate will do was said of the registry, not of a token server elsewhere.
        var trusts = isInsecure && (realm.Host == address.Host || (ReachRules.IsLoopback(realm.Host) && ReachRules.IsLoopback(address.Host)));
        var request = new TokenRequest(realm, challenge["service"], scopes, registry, trusts, tokens.Limit(address, realm));
        var token = await tokens.FetchAsync(request, credential, cancellationToken);
        tokens.Cache.Add(this, scope, token);
        return Bearer(token.Value);
    }

    private AuthenticationHeaderValue? Basic(RepositoryScope scope) =>
        CredentialFor(scope.Repository) is { IdentityToken: null, RegistryToken: null } login ? TokenClient.Basic(login) : null;

    private static AuthenticationHeaderValue Bearer(string token) => new("Bearer", token);

    private async ValueTask LookUpAsync(string repository, CancellationToken cancellationToken)
    {
        if (!found.ContainsKey(repository))
        {
            found[repository] = await credentials.FindAsync(registry, repository, cancellationToken);
        }
    }
}
