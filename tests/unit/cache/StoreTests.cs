using SharpBuild.Cache;
using Xunit;

namespace SharpBuild.UnitTests.Cache;

public sealed class StoreTests : IDisposable
{
    private readonly ScratchStore scratch = new();

    [Fact]
    public void A_newer_store_is_refused()
    {
        File.WriteAllText(Path.Join(scratch.StoreRoot, "version"), "1000\n");
        var exception = Assert.Throws<CacheException>(scratch.Open);
        Assert.Equal(CacheErrorCodes.NewerStore, exception.Code);
        Assert.NotNull(exception.Hint);
    }

    [Fact]
    public void A_store_of_the_first_version_is_brought_up_to_date()
    {
        var key = SharpBuild.Image.Digest.Compute("key"u8);
        scratch.Store.Records.Put(new BuildRecord(key, [], default, "kept", []));
        scratch.Store.Dispose();
        File.WriteAllText(Path.Join(scratch.StoreRoot, "version"), "1\n");
        foreach (var later in new[] { "leases", "traces", "manifests" })
        {
            SharpBuild.Linux.TreeRemover.Remove(Path.Join(scratch.StoreRoot, later));
        }

        using var opened = scratch.Open();
        Assert.Equal("3\n", File.ReadAllText(Path.Join(scratch.StoreRoot, "version")));
        Assert.True(Directory.Exists(Path.Join(scratch.StoreRoot, "manifests")));
        Assert.Equal("kept", opened.Records.TryGet(key)?.Description);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("two")]
    public void A_store_of_an_unknown_version_is_refused(string version)
    {
        File.WriteAllText(Path.Join(scratch.StoreRoot, "version"), version);
        Assert.Throws<CacheException>(scratch.Open);
    }

    [Fact]
    public void Opening_an_existing_store_writes_nothing()
    {
        scratch.Reopen();
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Join(scratch.StoreRoot, "sessions")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Join(scratch.StoreRoot, "locks")));
    }

    [Fact]
    public void What_a_dead_process_left_is_swept()
    {
        scratch.Reopen();
        var left = Path.Join(scratch.StoreRoot, "sessions", "dead", "1", "fs");
        Directory.CreateDirectory(left);
        using var directory = scratch.Store.CreateTemporaryDirectory();
        Assert.False(Directory.Exists(left));
        Assert.True(Directory.Exists(directory.Path));
    }

    [Fact]
    public void What_another_live_store_is_making_stays()
    {
        using var other = scratch.Open();
        using var theirs = other.CreateTemporaryDirectory();
        using var ours = scratch.Store.CreateTemporaryDirectory();
        Assert.True(Directory.Exists(theirs.Path));
    }

    [Fact]
    public async Task A_lock_is_held_by_one_and_waited_for_by_the_next()
    {
        using var other = scratch.Open();
        var held = await scratch.Store.Locks.AcquireAsync("step", TestContext.Current.CancellationToken);
        Assert.Null(other.Locks.TryAcquire("step"));
        Assert.Null(other.Locks.TryAcquireShared("step"));
        var waiting = other.Locks.AcquireAsync("step", TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        held.Dispose();
        using var taken = await waiting;
        Assert.Null(scratch.Store.Locks.TryAcquire("step"));
    }

    [Fact]
    public void A_shared_lock_is_shared_and_leaves_no_file_behind()
    {
        scratch.Reopen();
        var first = scratch.Store.Locks.TryAcquireShared("cache");
        var second = scratch.Store.Locks.TryAcquireShared("cache");
        Assert.NotNull(first);
        Assert.NotNull(second);
        Assert.Null(scratch.Store.Locks.TryAcquire("cache"));
        first.Dispose();
        second.Dispose();
        Assert.Empty(Directory.EnumerateFiles(Path.Join(scratch.StoreRoot, "locks")));
    }

    public void Dispose() => scratch.Dispose();
}
