using SharpBuild.Image.Registry.Authentication;
using SharpBuild.Image.Registry.Transport;
using Xunit;

namespace SharpBuild.UnitTests.Image.Registry;

public sealed class TokenCacheTests
{
    private readonly object endpoint = new();

    [Fact]
    public void A_token_counts_for_its_endpoint_and_scope_until_it_is_stale()
    {
        var clock = new SteppedClock();
        using var cache = new TokenCache(clock);
        var token = new AccessToken("t", clock.Now.AddSeconds(60));
        cache.Add(endpoint, new("a"), token);
        Assert.Equal(token, cache.TryGet(endpoint, new("a")));
        Assert.Null(cache.TryGet(endpoint, new("a", IsPush: true)));
        Assert.Null(cache.TryGet(new object(), new("a")));
        clock.Now = clock.Now.AddSeconds(60);
        Assert.Null(cache.TryGet(endpoint, new("a")));
    }

    [Fact]
    public void The_number_of_tokens_is_bounded()
    {
        var clock = new SteppedClock();
        using var cache = new TokenCache(clock);
        var scopes = Enumerable.Range(0, 3 * TokenCache.Capacity).Select(number => new RepositoryScope($"r{number}")).ToList();
        foreach (var scope in scopes)
        {
            cache.Add(endpoint, scope, new AccessToken("t", clock.Now.AddHours(1)));
        }

        Assert.InRange(scopes.Count(scope => cache.TryGet(endpoint, scope) is not null), 1, TokenCache.Capacity);
    }

    private sealed class SteppedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddYears(56);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
