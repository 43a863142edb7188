using SharpBuild.Cache;
using Xunit;

namespace SharpBuild.UnitTests.Cache;

public sealed class StoreLocksTests : IDisposable
{
    private readonly ScratchStore scratch = new();
    private readonly string[] sessions;

    public StoreLocksTests() => sessions = Directory.GetFiles(Path.Join(scratch.StoreRoot, "locks"));

    private StoreLocks Locks => scratch.Store.Locks;

    private IEnumerable<string> LockFiles => Directory.EnumerateFiles(Path.Join(scratch.StoreRoot, "locks")).Where(file => !sessions.Contains(file));

    [Fact]
    public void Who_lets_go_of_a_lock_that_lost_its_file_leaves_the_file_of_the_next_one_alone()
    {
        // What happens while a shared lock is turned into one alone: somebody else comes in, removes the file and is gone, and another
        // one makes the next.
        using var shared = Locks.TryAcquireShared("cache");
        File.Delete(Assert.Single(LockFiles));
        using var next = Locks.TryAcquire("cache");
        Assert.NotNull(next);
        shared!.Dispose();
        Assert.Null(Locks.TryAcquire("cache"));
    }

    [Fact]
    public void A_lock_that_is_waited_for_is_had_by_one_at_a_time()
    {
        var (inside, most, done) = (0, 0, 0);
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            using var held = Locks.Acquire("names");
            var now = Interlocked.Increment(ref inside);
            most = Math.Max(most, now);
            Interlocked.Increment(ref done);
            Interlocked.Decrement(ref inside);
        });
        Assert.Equal((1, 200), (most, done));
        Assert.Empty(LockFiles);
    }

    public void Dispose() => scratch.Dispose();
}
