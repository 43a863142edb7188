using System.Collections.Immutable;
using SharpBuild.Builder.Execution;
using SharpBuild.Cache.Content;
using SharpBuild.Cache.Copying;
using SharpBuild.Image;
using SharpBuild.Linux;
using Xunit;

namespace SharpBuild.UnitTests.Cache;

public sealed class TreeDigesterTests : IDisposable
{
    private readonly ScratchStore scratch = new();

    [Fact]
    public void Times_do_not_count_but_content_mode_and_names_do()
    {
        var file = scratch.Write("a.txt", "one");
        var first = Digest(".");
        File.SetLastWriteTimeUtc(file, new DateTime(2010, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(first, Digest("."));

        scratch.Write("a.txt", "two");
        var second = Digest(".");
        Assert.NotEqual(first, second);

        using (var handle = Descriptors.Open(file, OpenFlags.ReadOnly))
        {
            Inodes.ChangeMode(handle, 0b111_000_000);
        }

        var third = Digest(".");
        Assert.NotEqual(second, third);

        File.Move(file, file + "2");
        Assert.NotEqual(third, Digest("."));
    }

    [Fact]
    public void Files_that_are_not_copied_do_not_count()
    {
        scratch.Write("a.txt", "one");
        var before = Digest("a.txt");
        scratch.Write("b.txt", "two");
        Assert.Equal(before, Digest("a.txt"));
    }

    [Fact]
    public void The_way_to_a_source_does_not_count_except_its_name()
    {
        scratch.Write("x/y/a.txt", "one");
        scratch.Write("z/a.txt", "one");
        Assert.Equal(Digest("x/y"), Digest("z"));
        Assert.Equal(Digest("x/y/a.txt"), Digest("z/a.txt"));
    }

    [Fact]
    public void An_unchanged_file_is_not_read_again()
    {
        var file = scratch.Write("a.txt", "one");
        Age();
        var first = Digest(".");

        // The content changes behind the back of all timestamps: only a reader would notice.
        Rewrite(file, "two");
        Assert.Equal(first, DigestWithStatusOf(file, "."));
    }

    [Fact]
    public void A_file_that_changed_just_now_is_not_trusted()
    {
        scratch.Write("a.txt", "one");
        Digest(".");
        Assert.Empty(Directory.EnumerateFiles(Path.Join(scratch.StoreRoot, "contexts")));
    }

    [Fact]
    public void A_damaged_index_is_ignored()
    {
        scratch.Write("a.txt", "one");
        Age();
        var first = Digest(".");
        var index = Assert.Single(Directory.EnumerateFiles(Path.Join(scratch.StoreRoot, "contexts")));
        var content = File.ReadAllBytes(index);
        content[60] ^= 1;
        File.WriteAllBytes(index, content);
        Assert.Equal(first, Digest("."));
    }

    [Fact]
    public void A_directory_that_became_a_file_leaves_nothing_stale()
    {
        scratch.Write("x/a.txt", "one");
        Age();
        var before = Digest("x");
        TreeRemover.Remove(Path.Join(scratch.Context, "x"));
        scratch.Write("x", "one");
        Assert.NotEqual(before, Digest("x"));
    }

    [Theory]
    [InlineData("missing", "\"/missing\": not found")]
    [InlineData("../missing", "\"/missing\": not found")]
    [InlineData("nodir/*.txt", "\"/nodir\": not found")]
    [InlineData("ignored.txt", "\"/ignored.txt\": not found")]
    public void A_missing_source_is_named(string source, string message)
    {
        scratch.Write("ignored.txt", "");
        var exception = Assert.Throws<CopyException>(() => Resolve(["ok*", source], (path, _) => path == "ignored.txt" ? PathVerdict.Skip : PathVerdict.Include));
        Assert.Equal(message, exception.Message);
        Assert.Equal(1, exception.SourceIndex);
    }

    [Fact]
    public void A_pattern_without_a_match_is_fine() => Assert.Equal(0, Resolve(["*.none"]).Count);

    [Fact]
    public void An_ignored_directory_is_there_when_something_in_it_is_kept()
    {
        scratch.Write("out/keep.txt", "1");
        scratch.Write("out/drop.txt", "1");
        scratch.Write("gone/drop.txt", "1");
        var resolved = Resolve(["."], (path, isDirectory) =>
            path.EndsWith("keep.txt", StringComparison.Ordinal) ? PathVerdict.Include
            : isDirectory ? PathVerdict.SkipButDescend : PathVerdict.Skip);
        Assert.Equal(3, resolved.Count); // the context, out, keep.txt
    }

    [Fact]
    public void Parents_are_kept_from_the_pivot_on()
    {
        scratch.Write("a/b/c.txt", "1");
        scratch.Write("a/b/d.txt", "1");
        scratch.Write("e/f.txt", "1");
        Assert.Equal(4, Resolve(["a/b/c.txt"], parents: true).Count); // root, a, b, c.txt
        Assert.Equal(3, Resolve(["a/./b/c.txt"], parents: true).Count); // a, b, c.txt
        Assert.Equal(6, Resolve(["**/?.txt"], parents: true).Count - 1);
        Assert.Equal(1, Resolve(["nothing*"], parents: true).Count);
        Assert.Throws<CopyException>(() => Resolve(["a/b/missing"], parents: true));
    }

    public void Dispose() => scratch.Dispose();

    private ResolvedSelection Resolve(ImmutableArray<string> sources, Func<string, bool, PathVerdict>? filter = null, bool parents = false)
    {
        using var context = ContextSource.Open(scratch.Store.Contexts, scratch.Context, filter ?? ((_, _) => PathVerdict.Include));
        return TreeDigester.Resolve(context, new() { Sources = sources, Patterns = SourcePatterns.Instance, Parents = parents }, TestContext.Current.CancellationToken);
    }

    private Digest Digest(string source)
    {
        using var context = ContextSource.Open(scratch.Store.Contexts, scratch.Context, (_, _) => PathVerdict.Include);
        return TreeDigester.Digest(context, new() { Sources = [source], Patterns = SourcePatterns.Instance }, TestContext.Current.CancellationToken).Digest;
    }

    // A status change cannot be dated back, so the tests wait until it is no longer young.
    private static void Age() => Thread.Sleep(TimeSpan.FromMilliseconds(150));

    private static void Rewrite(string file, string content)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Write);
        stream.Write(System.Text.Encoding.ASCII.GetBytes(content));
    }

    // The change time cannot be set back either: the index entry is moved to the new one instead.
    private Digest DigestWithStatusOf(string file, string source)
    {
        var index = Assert.Single(Directory.EnumerateFiles(Path.Join(scratch.StoreRoot, "contexts")));
        Assert.True(FileStatuses.TryGet(file, out var status));
        var content = File.ReadAllBytes(index);
        var entry = content.AsSpan(8);
        BitConverter.TryWriteBytes(entry[24..], status.Modified.Seconds);
        BitConverter.TryWriteBytes(entry[32..], status.Changed.Seconds);
        BitConverter.TryWriteBytes(entry[40..], status.Modified.Nanoseconds);
        BitConverter.TryWriteBytes(entry[44..], status.Changed.Nanoseconds);
        System.Security.Cryptography.SHA256.HashData(content.AsSpan(..^32), content.AsSpan(^32..));
        File.WriteAllBytes(index, content);
        return Digest(source);
    }
}
