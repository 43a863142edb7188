using SharpBuild.Builder.Execution;
using SharpBuild.Cache.Content;
using SharpBuild.Cache.Copying;
using SharpBuild.Cache.Space;
using SharpBuild.Cache.Storage;
using SharpBuild.Image;
using SharpBuild.Image.Layers;
using SharpBuild.Linux;
using SharpBuild.UnitTests.Linux;
using Xunit;

namespace SharpBuild.UnitTests.Cache;

/// <summary>Directories nested deeper than any path can say: every walk ends in seconds, with the work done or a clear error.</summary>
public sealed class DeepTreeTests : IDisposable
{
    private const int Levels = 20_000;
    private readonly ScratchStore scratch = new();
    private readonly string top = DeepTree.CreateTop();
    private readonly string other = DeepTree.CreateTop();

    [Fact]
    public void Its_size_is_measured()
    {
        DeepTree.Make(top, Levels);
        Assert.True(DiskUsage.Measure(top) >= 0);
    }

    [Fact]
    public void Opaque_marks_are_removed_at_any_depth()
    {
        var (upper, lower) = (Directory.CreateDirectory(Path.Join(top, "upper")).FullName, Directory.CreateDirectory(Path.Join(top, "lower")).FullName);
        DeepTree.Make(upper, Levels);
        DeepTree.Make(lower, Levels);
        using var above = DeepTree.Open(upper);
        using var below = DeepTree.Open(lower);
        OpaqueMarks.RemoveNeedless(above, below, userXattr: true);
    }

    [Fact]
    public void Times_are_set_at_any_depth()
    {
        DeepTree.Make(top, Levels);
        TreeTimes.Set(top, DateTimeOffset.UnixEpoch);
        Assert.Equal(DateTime.UnixEpoch, Directory.GetLastWriteTimeUtc(Path.Join(top, "d")));
    }

    [Fact]
    public void A_layer_of_such_a_tree_is_refused()
    {
        DeepTree.Make(top, Levels);
        using var tree = DeepTree.Open(top);
        var exception = Assert.Throws<ImageException>(() => LayerWriter.Measure(tree, new() { UserXattr = true }, TestContext.Current.CancellationToken));
        Assert.Equal(ImageErrorCodes.LimitExceeded, exception.Code);
        Assert.NotNull(exception.Hint);
        Assert.True(exception.Message.Length < 400);
    }

    [Fact]
    public void A_layer_as_deep_as_a_path_can_say_is_written_and_read_back()
    {
        DeepTree.Make(top, 2000);
        using var tree = DeepTree.Open(top);
        using var tar = new MemoryStream();
        var before = DeepTree.OpenDescriptors;
        var written = LayerWriter.WriteMeasured(tree, tar, new() { UserXattr = true }, TestContext.Current.CancellationToken);
        Assert.InRange(DeepTree.OpenDescriptors, 0, before + 20);
        tar.Position = 0;
        var copy = Directory.CreateDirectory(Path.Join(other, "copy")).FullName;
        using var target = DeepTree.Open(copy);
        LayerExtractor.Extract(tar, target, new() { UserXattr = true }, TestContext.Current.CancellationToken);
        Assert.Equal(written, LayerWriter.Measure(target, new() { UserXattr = true }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void An_export_to_a_directory_is_refused()
    {
        DeepTree.Make(top, Levels);
        using var tree = DeepTree.Open(top);
        var output = Path.Join(other, "output");
        var exception = Assert.Throws<ImageException>(() => TreeExporter.Export(tree, output, new(), TestContext.Current.CancellationToken));
        Assert.True(exception.Message.Length < 500);
    }

    [Fact]
    public void A_copy_of_such_a_context_is_refused()
    {
        DeepTree.Make(top, Levels);
        var exception = Assert.Throws<CopyException>(() => Copy("."));
        Assert.NotNull(exception.Hint);
        Assert.True(exception.Message.Length < 500);
    }

    [Fact]
    public void A_context_as_deep_as_a_path_can_say_is_copied()
    {
        DeepTree.Make(top, 2000);
        Copy(".");
        Copy("**/end", parents: true);
    }

    public void Dispose()
    {
        scratch.Dispose();
        TreeRemover.Remove(top);
        TreeRemover.Remove(other);
    }

    private void Copy(string source, bool parents = false)
    {
        using var context = ContextSource.Open(scratch.Store.Contexts, top, static (_, _) => PathVerdict.Include);
        using var draft = scratch.Store.Layers.Create([]);
        TreeCopier.Copy(
            context,
            new CopySelection { Sources = [source], Patterns = SourcePatterns.Instance, Parents = parents },
            draft,
            new() { Destination = "/", ComputeDigest = true },
            TestContext.Current.CancellationToken);
    }
}
