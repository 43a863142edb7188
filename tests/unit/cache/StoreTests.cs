using SharpBuild.Cache;
using Xunit;

namespace SharpBuild.UnitTests.Cache;

public sealed class StoreTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OpenToAll = (UnixFileMode)0b111_101_101;
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

    [Fact]
    public void Nobody_but_its_owner_may_enter_a_store()
    {
        string[] opened = [scratch.StoreRoot, .. Directory.EnumerateDirectories(scratch.StoreRoot)];
        Assert.All(opened, path => Assert.Equal(OwnerOnly, File.GetUnixFileMode(path)));
    }

    [Fact]
    public void A_store_that_was_open_to_others_is_closed()
    {
        scratch.Store.Dispose();
        string[] opened = [scratch.StoreRoot, .. Directory.EnumerateDirectories(scratch.StoreRoot)];
        Array.ForEach(opened, path => File.SetUnixFileMode(path, OpenToAll));
        scratch.Reopen();
        Assert.All(opened, path => Assert.Equal(OwnerOnly, File.GetUnixFileMode(path)));
    }

    [Fact]
    public void A_part_of_a_store_behind_a_link_is_closed()
    {
        scratch.Store.Dispose();
        var elsewhere = Path.Join(scratch.Directory, "elsewhere");
        Directory.Move(Path.Join(scratch.StoreRoot, "layers"), elsewhere);
        File.CreateSymbolicLink(Path.Join(scratch.StoreRoot, "layers"), elsewhere);
        File.SetUnixFileMode(elsewhere, OpenToAll);
        File.SetUnixFileMode(scratch.StoreRoot, OpenToAll);
        scratch.Reopen();
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(elsewhere));
    }

    [Fact]
    public void A_store_among_other_files_closes_only_what_is_its_own()
    {
        scratch.Store.Dispose();
        File.WriteAllText(Path.Join(scratch.StoreRoot, "letter.txt"), "mine");
        File.SetUnixFileMode(scratch.StoreRoot, OpenToAll);
        File.SetUnixFileMode(Path.Join(scratch.StoreRoot, "layers"), OpenToAll);
        scratch.Reopen();
        Assert.Equal(OpenToAll, File.GetUnixFileMode(scratch.StoreRoot));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Path.Join(scratch.StoreRoot, "layers")));
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
