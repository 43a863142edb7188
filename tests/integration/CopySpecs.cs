using SharpBuild.Cache.Content;
using SharpBuild.Cache.Copying;
using SharpBuild.Linux;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>What COPY does, item by item of section 2 of the specification; the expected listings were taken from BuildKit.</summary>
public sealed class CopySpecs : IDisposable
{
    private readonly ScratchTree tree = new();

    [Theory]
    [InlineData("dir")]
    [InlineData("dir/")]
    [InlineData("dir/.")]
    [InlineData("/dir")]
    [InlineData("../dir")]
    public void A_directory_is_copied_by_its_content(string source)
    {
        tree.Shell("mkdir -p context/dir/sub; echo a >context/dir/a; echo b >context/dir/sub/b; touch -d 2001-01-01T12:00Z context/dir/{a,sub/b,sub,.}");
        Assert.Equal(
            """
            0755 0:0 x/ @2001
            0644 0:0 x/a = a @2001
            0755 0:0 x/sub/ @2001
            0644 0:0 x/sub/b = b @2001
            """,
            tree.CopyAndList("/x", [source]));
    }

    [Theory]
    [InlineData("/new", "0644 0:0 new = a")]
    [InlineData("/new/", "0755 0:0 new/\n0644 0:0 new/f = a")]
    [InlineData("/new/.", "0755 0:0 new/\n0644 0:0 new/f = a")]
    [InlineData("/new/name", "0755 0:0 new/\n0644 0:0 new/name = a")]
    public void A_slash_at_the_end_makes_a_directory(string destination, string expected)
    {
        tree.Shell("echo a >context/f; chown 1000:1000 context/f");
        Assert.Equal(expected, tree.CopyAndList(destination, ["f"]));
    }

    [Fact]
    public void The_last_of_several_sources_wins_a_destination_without_slash()
    {
        tree.Shell("echo a >context/a; echo b >context/b");
        Assert.Equal("0644 0:0 one = b", tree.CopyAndList("/one", ["a", "b"]));
    }

    [Fact]
    public void Links_that_are_named_are_followed_and_links_inside_stay()
    {
        tree.Shell("cd context; mkdir d; echo f >d/f; ln -s f d/inner; ln -s d dirlink; ln -s /d/f filelink; ln -s ../../../etc/passwd out; echo x >etc; mv etc e; mkdir etc; echo ours >etc/passwd");
        Assert.Equal(
            """
            0755 0:0 x/
            0644 0:0 x/f = f
            0644 0:0 x/filelink = f
            link 0:0 x/inner -> f
            0644 0:0 x/out = ours
            """,
            tree.CopyAndList("/x/", ["dirlink", "filelink", "out"]));
    }

    [Fact]
    public void Links_in_the_destination_are_followed_inside_the_image()
    {
        tree.Shell("echo f >context/f; mkdir base/real; ln -s /real base/link; ln -s ../../../nowhere/deep base/dangling");
        Assert.Equal(
            """
            link 0:0 dangling -> ../../../nowhere/deep
            link 0:0 link -> /real
            0755 0:0 nowhere/
            0644 0:0 nowhere/deep = f
            0755 0:0 real/
            """,
            tree.CopyAndList("/dangling", ["f"]));
        Assert.Contains("0644 0:0 real/f = f", tree.CopyAndList("/link/", ["f"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_inside_a_merged_directory_is_replaced_by_the_file()
    {
        tree.Shell("mkdir -p context/d base/x; echo new >context/d/f; ln -s /target base/x/f; echo old >base/target");
        Assert.Equal("0644 0:0 target = old\n0755 0:0 x/\n0644 0:0 x/f = new", tree.CopyAndList("/x", ["d"]));
    }

    [Fact]
    public void Kinds_that_conflict_fail()
    {
        tree.Shell("mkdir -p context/d/sub base/dir/f base/x; echo f >context/f; echo x >context/d/x; echo file >base/file; ln -s /x base/x/sub");
        Assert.Equal("cannot copy to non-directory: /file", Assert.Throws<CopyException>(() => tree.CopyAndList("/file", ["d"])).Message);
        Assert.Equal("cannot replace to directory /dir/f with file", Assert.Throws<CopyException>(() => tree.CopyAndList("/dir", ["f"])).Message);
        Assert.Equal("cannot copy to non-directory: /x/sub", Assert.Throws<CopyException>(() => tree.CopyAndList("/x", ["d"])).Message);
        Assert.Equal("cannot copy to non-directory: /file", Assert.Throws<CopyException>(() => tree.CopyAndList("/file/", ["f"])).Message);
    }

    [Fact]
    public void An_existing_destination_keeps_its_status_and_nested_directories_take_the_sources()
    {
        tree.Shell("mkdir -p context/d/sub base/x/sub; chmod 711 context/d/sub; touch -d 2001-01-01T12:00Z context/d context/d/sub; chmod 700 base/x base/x/sub; chown 5:6 base/x base/x/sub; echo k >base/x/sub/kept; chown 5:5 base/x/sub/kept");
        Assert.Equal("0700 5:6 x/ @2001\n0711 0:0 x/sub/ @2001\n0644 5:5 x/sub/kept = k", tree.CopyAndList("/x", ["d"]));
    }

    [Fact]
    public void Chown_also_owns_the_directories_that_are_made()
    {
        tree.Shell("mkdir -p context/d; echo f >context/d/f; ln -s f context/d/l");
        Assert.Equal(
            "0755 7:8 n/\n0755 7:8 n/m/\n0644 7:8 n/m/f = f\nlink 7:8 n/m/l -> f",
            tree.CopyAndList("/n/m", ["d"], options => options with { Owner = (7, 8) }));
    }

    [Fact]
    public void Octal_chmod_reaches_the_parents_and_symbolic_does_not()
    {
        tree.Shell("mkdir -p context/d/sub; echo f >context/d/f; chmod 711 context/d/sub");
        Assert.Equal(
            "0640 0:0 n/\n0640 0:0 n/m/\n4640 0:0 n/m/f = f\n4640 0:0 n/m/sub/",
            tree.CopyAndList("/n/m", ["d"], options => options with { ChangeMode = (_, _) => 0b100_110_100_000, ChangesModeOfParents = true }));
        Assert.Equal(
            "0755 0:0 n/\n0755 0:0 n/m/\n0660 0:0 n/m/f = f\n0730 0:0 n/m/sub/",
            tree.CopyAndList("/n/m", ["d"], options => options with { ChangeMode = (mode, _) => (mode | 0b010_000) & ~0b111 }));
    }

    [Fact]
    public void Hard_links_inside_a_source_stay_and_those_between_sources_do_not()
    {
        tree.Shell("mkdir -p context/d/sub; echo f >context/d/a; ln context/d/a context/d/sub/b; ln context/d/a context/other");
        using var draft = tree.Store.Layers.Create([]);
        tree.Copy(draft, "/x/", ["d", "other"]);
        var (a, b, other) = (Status(draft.UpperPath, "x/a"), Status(draft.UpperPath, "x/sub/b"), Status(draft.UpperPath, "x/other"));
        Assert.Equal(a.Inode, b.Inode);
        Assert.Equal(2u, a.Links);
        Assert.NotEqual(a.Inode, other.Inode);
    }

    [Fact]
    public void Set_id_bits_attributes_and_capabilities_survive()
    {
        tree.Shell("mkdir context/d; echo f >context/d/f; chmod 4755 context/d/f");
        SetAttribute(Path.Join(tree.Context, "d/f"), "user.colour", "blue"u8);
        byte[] capability = [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        SetAttribute(Path.Join(tree.Context, "d/f"), "security.capability", capability);
        using var draft = tree.Store.Layers.Create([]);
        tree.Copy(draft, "/x/", ["d"], options => options with { Owner = (3, 4), ComputeDigest = true });
        Assert.Equal(0b100_111_101_101, Status(draft.UpperPath, "x/f").Permissions);
        using var root = draft.OpenUpper();
        Assert.Equal("blue"u8.ToArray(), ExtendedAttributes.Get(root, "x/f", "user.colour"));
        Assert.Equal(capability, ExtendedAttributes.Get(root, "x/f", "security.capability"));
    }

    [Fact]
    public void Sockets_arrive_as_empty_files_and_pipes_and_devices_as_they_are()
    {
        tree.Shell("mkdir context/d; cd context/d; mkfifo pipe; mknod null c 1 3; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"sock\")'; chmod 600 sock");
        Assert.Equal("0755 0:0 x/\n0644 0:0 x/null CharacterDevice\n0644 0:0 x/pipe Fifo\n0600 0:0 x/sock =", tree.CopyAndList("/x", ["d"]).Replace("= ", "=", StringComparison.Ordinal));
    }

    [Fact]
    public void Sparse_files_stay_sparse()
    {
        tree.Shell("truncate -s 64M context/big; printf end >>context/big");
        using var draft = tree.Store.Layers.Create([]);
        tree.Copy(draft, "/big", ["big"]);
        var copied = Status(draft.UpperPath, "big");
        Assert.Equal((64 * 1024 * 1024) + 3, copied.Size);
        Assert.True(copied.Blocks * 512 < 1024 * 1024);
        tree.Shell($"cmp context/big '{draft.UpperPath}/big'");
    }

    [Fact]
    public void Large_files_are_copied_whole_with_and_without_a_digest()
    {
        tree.Shell("head -c 5000001 /dev/urandom >context/big");
        using var draft = tree.Store.Layers.Create([]);
        tree.Copy(draft, "/plain", ["big"]);
        tree.Copy(draft, "/digested", ["big"], options => options with { ComputeDigest = true });
        tree.Shell($"cmp context/big '{draft.UpperPath}/plain'; cmp context/big '{draft.UpperPath}/digested'");
    }

    [Fact]
    public void The_digest_of_a_copy_is_the_digest_of_a_look()
    {
        tree.Shell("mkdir -p context/d/e; for i in $(seq 300); do echo $i >context/d/e/$i; done; ln context/d/e/1 context/d/link; ln -s x context/d/s");
        using var context = ContextSource.Open(tree.Store.Contexts, tree.Context, (_, _) => PathVerdict.Include);
        var selection = new CopySelection { Sources = ["d"] };
        using var draft = tree.Store.Layers.Create([]);
        var copied = TreeCopier.Copy(context, selection, draft, new() { Destination = "/x", ComputeDigest = true }, TestContext.Current.CancellationToken);
        using var other = ContextSource.Open(tree.Store.Contexts, tree.Context, (_, _) => PathVerdict.Include);
        Assert.Equal(TreeDigester.Digest(other, selection, TestContext.Current.CancellationToken).Digest, copied.Digest);
        Assert.Equal(302, copied.Files);
    }

    [Fact]
    public void Parents_bring_the_directories_on_the_way_with_their_modes_and_the_time_of_the_copy()
    {
        tree.Shell("mkdir -p context/a/b; chmod 711 context/a; touch -d 2001-01-01T12:00Z context/a context; echo f >context/a/b/f; echo g >context/a/b/g");
        Assert.Equal(
            "0755 0:0 x/\n0711 0:0 x/a/\n0755 0:0 x/a/b/\n0644 0:0 x/a/b/f = f",
            tree.CopyAndList("/x/", ["a/b/f"], null, selection => selection with { Parents = true }));
        Assert.Equal(
            "0755 0:0 x/ @2001\n0755 0:0 x/b/\n0644 0:0 x/b/g = g",
            tree.CopyAndList("/x/", ["a/./b/g"], null, selection => selection with { Parents = true }));
    }

    [Fact]
    public void Excluded_files_stay_away_and_all_excluded_leaves_the_directory()
    {
        tree.Shell("mkdir -p context/d/s; echo t >context/d/a.txt; echo p >context/d/s/p.png; ln -s a.txt context/d/s/l.png");
        Assert.Equal(
            "0755 0:0 x/\n0644 0:0 x/a.txt = t\n0755 0:0 x/s/",
            tree.CopyAndList("/x", ["d"], null, selection => selection with { Exclude = (path, _) => path.EndsWith(".png", StringComparison.Ordinal) ? PathVerdict.Skip : PathVerdict.Include }));
        Assert.Equal("0755 0:0 x/", tree.CopyAndList("/x", ["d"], null, selection => selection with { Exclude = (_, _) => PathVerdict.Skip }));
        Assert.Equal("0644 0:0 y = t", tree.CopyAndList("/y", ["d/a.txt"], null, selection => selection with { Exclude = (_, _) => PathVerdict.Skip }));
    }

    [Fact]
    public void A_stage_gives_its_owners_and_a_second_look_reads_nothing()
    {
        tree.Shell("mkdir -p base/app; echo f >base/app/f; chown -R 10:20 base/app");
        var stage = tree.CommitBase();
        using var source = new SnapshotSource(tree.Store.Layers, tree.Store.Contexts, [stage]);
        var selection = new CopySelection { Sources = ["/app"] };
        var first = TreeDigester.Digest(source, selection, TestContext.Current.CancellationToken);
        using var draft = tree.Store.Layers.Create([]);
        TreeCopier.Copy(source, first.Resolved!, draft, new() { Destination = "/x" }, TestContext.Current.CancellationToken);
        Assert.Equal("0755 0:0 x/\n0644 10:20 x/f = f", tree.List([tree.Store.Layers.Commit(draft).Id]));
        using var again = new SnapshotSource(tree.Store.Layers, tree.Store.Contexts, [stage]);
        var second = TreeDigester.Digest(again, selection, TestContext.Current.CancellationToken);
        Assert.Equal(first.Digest, second.Digest);
        Assert.Null(second.Resolved);
    }

    [Fact]
    public void Working_directories_are_made_for_their_user_and_left_alone_when_they_exist()
    {
        tree.Shell("mkdir -p base/there; chown 1:1 base/there; ln -s /there base/link");
        var below = tree.CommitBase();
        using var draft = tree.Store.Layers.Create([below]);
        Assert.True(TreeCopier.CreateDirectories(draft, "/link/a/b", (5, 6), 0b111_101_101));
        Assert.False(TreeCopier.CreateDirectories(draft, "/there", (5, 6), 0b111_101_101));
        Assert.Equal("link 0:0 link -> /there\n0755 1:1 there/\n0755 5:6 there/a/\n0755 5:6 there/a/b/", tree.List([below, tree.Store.Layers.Commit(draft).Id]));
    }

    [Fact]
    public void Inline_files_follow_the_rules_of_files()
    {
        tree.Shell("mkdir base/dir");
        var below = tree.CommitBase();
        using var draft = tree.Store.Layers.Create([below]);
        TreeCopier.WriteFile(new("EOF", () => new MemoryStream("hello"u8.ToArray())), draft, new() { Destination = "/dir" });
        TreeCopier.WriteFile(new("EOF", () => new MemoryStream("world"u8.ToArray())) { Mode = 0b110_000_000 }, draft, new() { Destination = "/new/name", Owner = (1, 2) });
        Assert.Equal(
            "0755 0:0 dir/\n0644 0:0 dir/EOF = hello\n0755 1:2 new/\n0600 1:2 new/name = world",
            tree.List([below, tree.Store.Layers.Commit(draft).Id]));
    }

    [Fact]
    public void Writing_past_the_overlay_leaves_the_layer_that_the_kernel_would_leave()
    {
        tree.Shell("mkdir -p base/usr/local/bin context/d/sub; chmod 2750 base/usr/local; chown 1:2 base/usr/local; touch -d 2001-01-01T12:00Z base/usr/local/bin base/usr/local base/usr; echo f >context/d/f; echo s >context/d/sub/s; ln -s /usr/local base/ul");
        var below = tree.CommitBase();
        using var direct = tree.Store.Layers.Create([below]);
        tree.Copy(direct, "/ul/bin", ["d"]);
        using var mounted = tree.Store.Layers.Create([below]);
        using (var root = mounted.OpenRoot())
        using (var context = ContextSource.Open(tree.Store.Contexts, tree.Context, (_, _) => PathVerdict.Include))
        {
            TreeCopier.Copy(context, new CopySelection { Sources = ["d"] }, root, new() { Destination = "/ul/bin" }, TestContext.Current.CancellationToken);
        }

        var (left, right) = (tree.Store.Layers.Commit(direct).Id, tree.Store.Layers.Commit(mounted).Id);
        Assert.Equal(tree.List([below, right]), tree.List([below, left]));
        Assert.Equal(tree.List([right]), tree.List([left]));
        using var upper = tree.Store.Layers.OpenTree(right);
        Assert.Null(ExtendedAttributes.Get(upper, "usr/local/bin/sub", "trusted.overlay.opaque"));
    }

    public void Dispose() => tree.Dispose();

    private static FileStatus Status(string root, string path)
    {
        Assert.True(FileStatuses.TryGet(Path.Join(root, path), out var status));
        return status;
    }

    private static void SetAttribute(string path, string name, ReadOnlySpan<byte> value)
    {
        using var file = Descriptors.Open(path, OpenFlags.ReadOnly);
        Assert.True(OpenExtendedAttributes.TrySet(file, name, value));
    }
}
