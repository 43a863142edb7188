using Microsoft.Win32.SafeHandles;
using SharpBuild.Cache;
using SharpBuild.Linux;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>Layers and cache mounts on real overlays and locks.</summary>
public sealed class StoreSpecs : IDisposable
{
    private readonly ScratchTree tree = new();

    [Fact]
    public void A_step_sees_what_is_below_and_leaves_only_what_it_changed()
    {
        tree.Shell("mkdir base/d; echo a >base/d/a; echo b >base/d/b");
        var below = tree.CommitBase();
        using var draft = tree.Store.Layers.Create([below]);
        using (var root = draft.OpenRoot())
        {
            Assert.True(Inodes.Remove(root, "d/a"));
            Inodes.MakeDirectory(root, "new", 0b111_101_101);
        }

        var layer = tree.Store.Layers.Commit(draft).Id;
        Assert.Equal("0755 0:0 d/\n0644 0:0 d/b = b\n0755 0:0 new/", tree.List([below, layer]));
        using var upper = tree.Store.Layers.OpenTree(layer);
        Assert.True(FileStatuses.Get(upper, "d/a").IsWhiteout);
        Assert.False(FileStatuses.TryGet(upper, "d/b", out _));
        Assert.Null(ExtendedAttributes.Get(upper, "new", "trusted.overlay.opaque"));
    }

    [Fact]
    public void A_directory_that_was_made_anew_stays_opaque()
    {
        tree.Shell("mkdir base/d; echo a >base/d/a");
        var below = tree.CommitBase();
        using var draft = tree.Store.Layers.Create([below]);
        using (var root = draft.OpenRoot())
        {
            TreeRemover.Remove(root, "d");
            Inodes.MakeDirectory(root, "d", 0b111_101_101);
        }

        Assert.Equal("0755 0:0 d/", tree.List([below, tree.Store.Layers.Commit(draft).Id]));
    }

    [Fact]
    public void A_draft_can_be_opened_again()
    {
        var below = tree.CommitBase();
        using var draft = tree.Store.Layers.Create([below]);
        for (var i = 0; i < 3; i++)
        {
            using var root = draft.OpenRoot();
            Inodes.MakeDirectory(root, $"d{i}", 0b111_101_101);
        }

        Assert.Equal("0755 0:0 d0/\n0755 0:0 d1/\n0755 0:0 d2/", tree.List([below, tree.Store.Layers.Commit(draft).Id]));
    }

    [Fact]
    public void A_draft_that_is_not_committed_leaves_nothing()
    {
        using (var draft = tree.Store.Layers.Create([]))
        {
            using var root = draft.OpenRoot();
            Inodes.MakeDirectory(root, "d", 0b111_101_101);
        }

        Assert.Empty(tree.Store.Layers.List());
    }

    [Fact]
    public void The_root_directory_keeps_its_mode_over_layers()
    {
        tree.Shell("chmod 711 base; chown 3:4 base");
        var below = tree.CommitBase();
        using var draft = tree.Store.Layers.Create([below]);
        using var root = draft.OpenRoot();
        var status = FileStatuses.Get(root);
        Assert.Equal((0b111_001_001, 3u, 4u), (status.Permissions, status.Uid, status.Gid));
    }

    [Fact]
    public async Task A_locked_cache_mount_is_waited_for_and_a_private_one_is_not()
    {
        var token = TestContext.Current.CancellationToken;
        var locked = new CacheMountRequest("/var/cache/apt") { Sharing = CacheMountSharing.Locked, Mode = 0b111_000_000, Uid = 1, Gid = 2 };
        var first = await tree.Store.CacheMounts.AcquireAsync(locked, token);
        Assert.True(FileStatuses.TryGet(first.Path, out var status));
        Assert.Equal((0b111_000_000, 1u, 2u), (status.Permissions, status.Uid, status.Gid));
        var second = tree.Store.CacheMounts.AcquireAsync(locked, token);
        using var aside = await tree.Store.CacheMounts.AcquireAsync(locked with { Sharing = CacheMountSharing.Private }, token);
        Assert.NotEqual(first.Path, aside.Path);
        Assert.False(second.IsCompleted);
        first.Dispose();
        using var taken = await second;
        Assert.Equal(first.Path, taken.Path);
    }

    [Fact]
    public async Task Of_two_that_make_a_shared_cache_mount_at_once_neither_takes_the_directory_of_the_other_away()
    {
        var token = TestContext.Current.CancellationToken;
        var request = new CacheMountRequest("go") { SeedIdentity = "stage" };
        CacheMountLease? faster = null;
        SafeFileHandle? mounted = null;
        using var slower = await tree.Store.CacheMounts.AcquireAsync(request with { Seed = _ => (faster, mounted) = MountAsOther() }, token);
        using (faster)
        using (mounted)
        {
            await File.WriteAllTextAsync(Path.Join(slower.Path, "seen"), "", token);
            Assert.True(FileStatuses.TryGet(mounted!, "seen", out _), "what was mounted is no longer in the store");
        }

        (CacheMountLease Lease, SafeFileHandle Directory) MountAsOther()
        {
            var lease = tree.Store.CacheMounts.AcquireAsync(request, token).GetAwaiter().GetResult();
            return (lease, Descriptors.Open(lease.Path, OpenFlags.ReadOnly | OpenFlags.Directory));
        }
    }

    [Fact]
    public async Task Shared_cache_mounts_are_one_directory_kept_until_it_is_removed()
    {
        var token = TestContext.Current.CancellationToken;
        var request = new CacheMountRequest("go") { SeedIdentity = "stage", Seed = root => Inodes.MakeDirectory(root, "seeded", 0b111_101_101) };
        using (var first = await tree.Store.CacheMounts.AcquireAsync(request, token))
        using (var second = await tree.Store.CacheMounts.AcquireAsync(request, token))
        {
            Assert.Equal(first.Path, second.Path);
            Assert.True(Directory.Exists(Path.Join(first.Path, "seeded")));
            await File.WriteAllTextAsync(Path.Join(first.Path, "kept"), "", token);
            Assert.False(tree.Store.CacheMounts.Remove("go"));
        }

        using (var again = await tree.Store.CacheMounts.AcquireAsync(request, token))
        {
            Assert.True(File.Exists(Path.Join(again.Path, "kept")));
        }

        using (var reset = await tree.Store.CacheMounts.AcquireAsync(request with { Reset = true }, token))
        {
            Assert.False(File.Exists(Path.Join(reset.Path, "kept")));
        }

        Assert.Equal("go", Assert.Single(tree.Store.CacheMounts.List()).Id);
        Assert.True(tree.Store.CacheMounts.Remove("go"));
        Assert.Empty(tree.Store.CacheMounts.List());
    }

    [Fact]
    public void A_flush_makes_records_count_after_a_power_loss()
    {
        using var draft = tree.Store.Layers.Create([]);
        tree.Store.Layers.Commit(draft);
        Assert.True(tree.Store.NeedsFlush);
        tree.Store.Flush();
        Assert.False(tree.Store.NeedsFlush);
        Assert.Single(Directory.EnumerateFiles(Path.Join(tree.Store.Root, "flushes")));
    }

    public void Dispose() => tree.Dispose();
}
