using SharpBuild.Cache;
using Xunit;

namespace SharpBuild.UnitTests.Cache;

public sealed class CacheMountStoreTests : IDisposable
{
    private readonly ScratchStore scratch = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mount_is_not_removed_while_somebody_makes_another_directory_in_it()
    {
        var request = new CacheMountRequest("/cache") { Sharing = CacheMountSharing.Private };
        var first = await scratch.Store.CacheMounts.AcquireAsync(request, Cancellation);
        using var pruner = scratch.Open();
        var directory = Assert.Single(pruner.CacheMounts.List()).Path;
        var isRemoved = true;

        // The second has its number and no directory yet; the first is over, and so the pruner sees nothing that is locked.
        using var second = await scratch.Store.CacheMounts.AcquireAsync(request with { Seed = _ => { first.Dispose(); isRemoved = pruner.CacheMounts.TryRemove(directory); } }, Cancellation);
        Assert.False(isRemoved);
        Assert.True(Directory.Exists(second.Path));
    }

    [Fact]
    public async Task A_mount_that_is_removed_while_it_is_looked_at_is_not_in_use()
    {
        (await scratch.Store.CacheMounts.AcquireAsync(new CacheMountRequest("/cache"), Cancellation)).Dispose();
        var mount = Assert.Single(scratch.Store.CacheMounts.List());
        Assert.True(scratch.Store.CacheMounts.TryRemove(mount.Path));
        Assert.False(scratch.Store.CacheMounts.IsInUse(mount));
        Assert.True(scratch.Store.CacheMounts.TryRemove(mount.Path));
    }

    public void Dispose() => scratch.Dispose();
}
