using SharpBuild.Cache;
using SharpBuild.Cache.Checking;
using SharpBuild.Image;
using Xunit;

namespace SharpBuild.UnitTests.Cache;

public sealed class StoreCheckerTests : IDisposable
{
    private readonly ScratchStore scratch = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_good_store_has_no_findings()
    {
        var image = MakeImage();
        scratch.Store.Records.Put(new BuildRecord(Digest.Compute("a"u8), image.Layers, TimeProvider.System.GetUtcNow(), "RUN a", []));
        Assert.Empty(await CheckAsync());
    }

    [Fact]
    public async Task A_blob_with_other_content_is_damage()
    {
        var image = MakeImage();
        await File.WriteAllTextAsync(Path.Join(scratch.StoreRoot, "blobs", "sha256", image.ConfigDigest.Hex), "other", Cancellation);
        Assert.Equal(StoreFindingKind.Damage, Assert.Single(await CheckAsync()).Kind);
        Assert.All(await CheckAsync(repair: true), finding => Assert.True(finding.IsRepaired));
        Assert.Empty(await CheckAsync());
    }

    [Fact]
    public async Task An_image_whose_layer_is_gone_is_damage()
    {
        var image = MakeImage();
        scratch.Store.Layers.Remove(image.Layers[0]);
        Assert.Contains(await CheckAsync(), finding => finding.Kind == StoreFindingKind.Damage && finding.Problem.Contains("a layer of", StringComparison.Ordinal));
        await CheckAsync(repair: true);
        Assert.Empty(scratch.Store.Images.List());
    }

    [Fact]
    public async Task A_layer_that_was_changed_is_found_when_all_is_read()
    {
        var layer = MakeImage().Layers[0];
        await scratch.Store.Layers.GetDiffIdAsync(layer, Cancellation);
        await File.WriteAllTextAsync(Path.Join(scratch.StoreRoot, "layers", layer.Value, "fs", "file"), "other", Cancellation);
        Assert.Empty(await CheckAsync());
        Assert.Equal(StoreFindingKind.Damage, Assert.Single(await CheckAsync(full: true)).Kind);
    }

    [Fact]
    public async Task Names_that_are_given_while_it_repairs_stay()
    {
        using var over = new CancellationTokenSource();
        var image = MakeImage();
        var tagging = Task.Run(() =>
        {
            var given = 0;
            for (; !over.IsCancellationRequested; given++)
            {
                scratch.Store.Images.Tag(ImageReference.Parse($"name{given}"), image);
            }

            return given;
        }, Cancellation);
        for (var round = 0; round < 30; round++)
        {
            Assert.Empty(await CheckAsync(repair: true));
        }

        await over.CancelAsync();
        var names = await tagging;
        Assert.All(Enumerable.Range(0, names), name => Assert.NotNull(scratch.Store.Images.Find($"name{name}")));
    }

    [Fact]
    public async Task A_lock_that_is_just_being_given_is_not_judged()
    {
        // Between the making of its file and the locking of it.
        var file = Path.Join(scratch.StoreRoot, "locks", "0123");
        await File.WriteAllTextAsync(file, "", Cancellation);
        Assert.Empty(await CheckAsync(repair: true));
        Assert.True(File.Exists(file));
    }

    [Theory]
    [InlineData("sessions/dead/1/file")]
    [InlineData("locks/0123")]
    [InlineData("records/aa/bb.json")]
    [InlineData("images/x.json")]
    [InlineData("blobs/sha256/x")]
    [InlineData("layers/x/fs/file")]
    [InlineData("contents/aa/bb")]
    [InlineData("contexts/x.stat")]
    [InlineData("encodings/x")]
    public async Task What_belongs_to_nobody_is_left_over(string path)
    {
        var file = Path.Join(scratch.StoreRoot, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, "{}", Cancellation);
        File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-2));
        Assert.Equal(StoreFindingKind.Leftover, Assert.Single(await CheckAsync()).Kind);
        Assert.True(File.Exists(file));
        await CheckAsync(repair: true);
        Assert.False(File.Exists(file));
        Assert.Empty(await CheckAsync());
    }

    [Fact]
    public async Task A_layer_that_nothing_refers_to_is_left_over()
    {
        using (var draft = scratch.Store.Layers.Create([]))
        {
            scratch.Store.Layers.Commit(draft);
        }

        Assert.Empty(await CheckAsync()); // whoever made it may be about to write the record
        await scratch.Store.DisposeAsync();
        Assert.Equal("nothing refers to it", Assert.Single(await CheckAsync()).Problem);
    }

    [Fact]
    public async Task What_a_power_loss_took_is_left_over_and_counts_for_nobody()
    {
        var image = MakeImage();
        scratch.Store.Images.Tag(ImageReference.Parse("lost"), image);
        scratch.Age(Path.Join("layers", image.Layers[0].Value, "layer.json"));
        foreach (var file in Directory.EnumerateFiles(Path.Join(scratch.StoreRoot, "images")))
        {
            scratch.Age(Path.GetRelativePath(scratch.StoreRoot, file));
        }

        Assert.Null(scratch.Store.Images.Find("lost"));
        Assert.All(await CheckAsync(), finding => Assert.Equal(StoreFindingKind.Leftover, finding.Kind));
        scratch.MarkFlushed();
        Assert.NotNull(scratch.Store.Images.Find("lost"));
    }

    public void Dispose() => scratch.Dispose();

    private async Task<IReadOnlyList<StoreFinding>> CheckAsync(bool full = false, bool repair = false)
    {
        using var store = Store.Open(scratch.Store.Options with { TakesLease = false });
        return await new StoreChecker(store, () => []).CheckAsync(full, repair, Cancellation);
    }

    private ImageRecord MakeImage()
    {
        using var draft = scratch.Store.Layers.Create([]);
        File.WriteAllText(Path.Join(draft.UpperPath, "file"), "content");
        var image = new ImageRecord
        {
            ManifestDigest = scratch.Store.Blobs.Write("{}"u8),
            ConfigDigest = scratch.Store.Blobs.Write("{ }"u8),
            Layers = [scratch.Store.Layers.Commit(draft).Id],
            Created = DateTimeOffset.UnixEpoch,
            Size = 1,
            Platform = Platform.Parse("linux/amd64"),
        };
        scratch.Store.Images.Tag(ImageReference.Parse("image"), image);
        return image;
    }
}
