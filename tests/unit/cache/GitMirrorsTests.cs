using SharpBuild.Cache;
using SharpBuild.Cache.Space;
using Xunit;

namespace SharpBuild.UnitTests.Cache;

public sealed class GitMirrorsTests : IDisposable
{
    private readonly ScratchStore scratch = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_copy_goes_while_others_build_unless_somebody_uses_it()
    {
        var (used, unused) = (Make("used", "https://example.com/used"), Make("unused", "https://name:secret@example.com/unused"));
        using var lease = await scratch.Store.Git.AcquireAsync("used", Cancellation);
        var collecting = Store.Open(scratch.Store.Options with { TakesLease = false });
        await using (collecting)
        {
            var gone = await new GarbageCollector(collecting, () => []).CollectAsync(new(), Cancellation);
            Assert.Equal("copy of https://example.com/unused", Assert.Single(gone).Description);
            Assert.False(collecting.Git.TryRemove(used));
        }

        Assert.True(Directory.Exists(used));
        Assert.False(Directory.Exists(unused));
    }

    [Fact]
    public async Task To_take_a_copy_is_to_use_it()
    {
        var path = Make("old", "https://example.com/old");
        Directory.SetLastWriteTimeUtc(path, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        (await scratch.Store.Git.AcquireAsync("old", Cancellation)).Dispose();
        Assert.NotEqual(2001, Directory.GetLastWriteTimeUtc(path).Year);
    }

    [Fact]
    public void Every_byte_of_the_copies_and_their_keys_is_told()
    {
        Make("one", "https://example.com/one");
        File.WriteAllBytes(scratch.Store.Git.KnownHosts, new byte[10_000]);
        var items = new GarbageCollector(scratch.Store, () => []).List();
        Assert.True(items.Single(item => item.Id == "git/known_hosts").Size >= 10_000);
        Assert.Equal(DiskUsage.Measure(scratch.StoreRoot), items.Sum(item => item.Size));
    }

    [Theory]
    [InlineData("https://name:secret@example.com/a@b", "https://example.com/a@b")]
    [InlineData("https://example.com", "https://example.com")]
    [InlineData("git@example.com:a/b", "git@example.com:a/b")]
    public void No_password_is_told(string url, string shown) => Assert.Equal(shown, GitMirrors.RemoteOf(Make("it", url)));

    public void Dispose() => scratch.Dispose();

    private string Make(string identity, string url)
    {
        var path = scratch.Store.Git.PathOf(identity);
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Join(path, "config"), $"[core]\n\tbare = true\n[remote \"origin\"]\n\turl = {url}\n");
        return path;
    }
}
