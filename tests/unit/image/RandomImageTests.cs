using SharpBuild.Image;
using SharpBuild.Testing;
using Xunit;
using Xunit.Sdk;

namespace SharpBuild.UnitTests.Image;

public sealed class RandomImageTests
{
    [Fact]
    public async Task A_random_image_is_whole_and_the_same_again()
    {
        var image = new RandomImage(seed: 7);
        await ImageValidator.ValidateAsync(image.Manifest, image.Blobs, TestContext.Current.CancellationToken);
        Assert.Equal(image.Resolved.Descriptor.Digest, new RandomImage(seed: 7).Resolved.Descriptor.Digest);
    }

    [Fact]
    public async Task The_validator_finds_a_layer_that_is_not_the_config_s()
    {
        var (image, other) = (new RandomImage(seed: 1), new RandomImage(seed: 2));
        var foreign = image.Blobs.Add(MediaTypes.OciLayerGzip, other.Blobs.Get(other.Manifest.Layers[0].Digest));
        var wrong = image.Manifest with { Layers = [foreign, image.Manifest.Layers[1]] };
        await Assert.ThrowsAsync<EqualException>(() => ImageValidator.ValidateAsync(wrong, image.Blobs, TestContext.Current.CancellationToken));
    }
}
