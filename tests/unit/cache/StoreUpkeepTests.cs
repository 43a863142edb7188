using SharpBuild.Cache;
using SharpBuild.Cache.Space;
using Xunit;

namespace SharpBuild.UnitTests.Cache;

public sealed class StoreUpkeepTests : IDisposable
{
    private readonly ScratchStore scratch = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_says_that_all_is_on_the_disk_and_collects_once_in_a_while()
    {
        Assert.Null(scratch.Store.LastFlush);
        Assert.True(await Upkeep().RunAsync(new GcSettings(), Cancellation));
        Assert.NotNull(scratch.Store.LastFlush);
        Assert.True(File.Exists(Path.Join(scratch.StoreRoot, "collected")));
    }

    [Fact]
    public async Task It_collects_nothing_when_it_may_not()
    {
        await Upkeep().RunAsync(new GcSettings { IsEnabled = false }, Cancellation);
        Assert.False(File.Exists(Path.Join(scratch.StoreRoot, "collected")));
    }

    [Fact]
    public async Task One_that_waits_does_the_work_of_all_that_come_after_it()
    {
        using var waiting = scratch.Store.Locks.TryAcquire("upkeep waiting");
        Assert.True(StoreUpkeep.IsAwaited(scratch.Store));
        Assert.False(await Upkeep().RunAsync(new GcSettings(), Cancellation));
        Assert.Null(scratch.Store.LastFlush);
    }

    public void Dispose() => scratch.Dispose();

    private StoreUpkeep Upkeep() => new(scratch.Store, () => []);
}
