using Microsoft.Extensions.Caching.Memory;
using SharpBuild.Image.Registry.Transport;

namespace SharpBuild.Image.Registry.Authentication;

/// <summary>
/// The tokens of one client, by endpoint and scope. Bounded: a process that pulls from ever more repositories forgets
/// the oldest. Thread-safe.
/// </summary>
internal sealed class TokenCache(TimeProvider clock) : IDisposable
{
    /// <summary>How many tokens are kept at most.</summary>
    public const int Capacity = 1000;

    // Most commands never ask for a token.
    private readonly Lazy<MemoryCache> tokens =
        new(() => new(new MemoryCacheOptions { SizeLimit = Capacity, CompactionPercentage = 0.2 }));

    /// <summary>The token; null when there is none, or not for long.</summary>
    public AccessToken? TryGet(object endpoint, RepositoryScope scope) =>
        tokens.IsValueCreated && tokens.Value.TryGetValue((endpoint, scope), out AccessToken? token)
        && clock.GetUtcNow() < token!.StaleAfter ? token : null;

    /// <summary>Keeps a token until it is stale.</summary>
    public void Add(object endpoint, RepositoryScope scope, AccessToken token)
    {
        var lifetime = token.StaleAfter - clock.GetUtcNow();
        if (lifetime > TimeSpan.Zero)
        {
            var entry = new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = lifetime };
            tokens.Value.Set((endpoint, scope), token, entry);
        }
    }

    public void Dispose()
    {
        if (tokens.IsValueCreated)
        {
            tokens.Value.Dispose();
        }
    }
}
