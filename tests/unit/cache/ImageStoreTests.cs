using SharpBuild.Cache;
using SharpBuild.Image;
using Xunit;

namespace SharpBuild.UnitTests.Cache;

public sealed class ImageStoreTests : IDisposable
{
    private readonly ScratchStore scratch = new();

    private ImageStore Images => scratch.Store.Images;

    [Fact]
    public void An_image_is_found_by_its_names_and_the_start_of_its_id()
    {
        var image = Image("one");
        Images.Tag(ImageReference.Parse("app:1"), image);
        Assert.Equal(image.ConfigDigest, Images.Find("app:1")?.Id);
        Assert.Equal(image.ConfigDigest, Images.Find("docker.io/library/app:1")?.Id);
        Assert.Equal(image.ConfigDigest, Images.Find(image.ConfigDigest.ToString())?.Id);
        Assert.Equal(image.ConfigDigest, Images.Find(image.ConfigDigest.Hex[..12])?.Id);
        Assert.Null(Images.Find("app:2"));
    }

    [Fact]
    public void An_image_that_loses_its_name_stays_without_one()
    {
        var (old, young) = (Image("old"), Image("young"));
        Images.Tag(ImageReference.Parse("app"), old);
        Images.Tag(ImageReference.Parse("app"), young);
        Assert.Equal(young.ConfigDigest, Images.Find("app")?.Id);
        Assert.Contains(Images.List(), entry => entry.Name is null && entry.Image.Id == old.ConfigDigest);
        Images.Tag(ImageReference.Parse("app:old"), old);
        Assert.DoesNotContain(Images.List(), entry => entry.Name is null);
    }

    [Fact]
    public void Untagging_the_last_name_keeps_the_image()
    {
        var image = Image("one");
        Images.Tag(ImageReference.Parse("app"), image);
        Assert.True(Images.Untag(ImageReference.Parse("app")));
        Assert.False(Images.Untag(ImageReference.Parse("app")));
        Assert.NotNull(Images.Find(image.ConfigDigest.Hex[..8]));
        Images.Remove(image.ConfigDigest);
        Assert.Empty(Images.List());
    }

    [Fact]
    public void A_pulled_image_is_found_by_the_digest_of_its_index()
    {
        var index = Digest.Compute("index"u8);
        Images.Tag(ImageReference.Parse("busybox"), Image("one") with { SourceDigest = index });
        Assert.NotNull(Images.Find("busybox@" + index));
        Assert.Null(Images.Find("alpine@" + index));
    }

    [Fact]
    public void Tagging_the_same_again_writes_nothing()
    {
        Images.Tag(ImageReference.Parse("app"), Image("one"));
        var file = Assert.Single(Directory.EnumerateFiles(Path.Join(scratch.StoreRoot, "images")));
        File.SetLastWriteTimeUtc(file, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Images.Tag(ImageReference.Parse("app"), Image("one"));
        Assert.Equal(2001, File.GetLastWriteTimeUtc(file).Year);
    }

    [Fact]
    public void Images_that_get_one_name_at_the_same_time_are_all_kept()
    {
        for (var round = 0; round < 5; round++)
        {
            var images = Enumerable.Range(0, 6).Select(number => Image($"{round} {number}")).ToArray();
            Parallel.ForEach(images, image => scratch.Open().Images.Tag(ImageReference.Parse("app"), image));
            Assert.All(images, image => Assert.NotNull(Images.Find(image.ConfigDigest.ToString())));
        }
    }

    [Fact]
    public void A_name_that_an_image_gets_while_it_loses_its_last_one_stays()
    {
        var image = Image("one");
        Images.Tag(ImageReference.Parse("first"), image);
        Images.Tag(ImageReference.Parse("second"), image);
        Assert.Equal(["first"], Images.Remove(image.ConfigDigest, [ImageReference.Parse("first")]).Select(name => name.FamiliarName.Split(':')[0]));
        Assert.NotNull(Images.Find("second"));
    }

    [Fact]
    public void To_find_an_image_without_a_name_is_to_use_it()
    {
        Images.Add(Image("one"));
        var file = Assert.Single(Directory.EnumerateFiles(Path.Join(scratch.StoreRoot, "images")));
        File.SetLastWriteTimeUtc(file, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.NotNull(Images.Find(Image("one").ConfigDigest.Hex[..12]));
        Assert.NotEqual(2001, File.GetLastWriteTimeUtc(file).Year);
    }

    public void Dispose() => scratch.Dispose();

    private static ImageRecord Image(string seed) => new()
    {
        ManifestDigest = Digest.Compute(System.Text.Encoding.UTF8.GetBytes("manifest " + seed)),
        ConfigDigest = Digest.Compute(System.Text.Encoding.UTF8.GetBytes("config " + seed)),
        Layers = [LayerId.Parse(Digest.Compute("layer"u8).Hex)],
        Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Size = 42,
        Platform = Platform.Parse("linux/amd64"),
    };
}
