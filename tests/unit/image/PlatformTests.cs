using SharpBuild.Image;
using Xunit;

namespace SharpBuild.UnitTests.Image;

public sealed class PlatformTests
{
    [Theory]
    [InlineData("linux/amd64", "linux/amd64")]
    [InlineData("linux/x86_64", "linux/amd64")]
    [InlineData("linux/aarch64", "linux/arm64")]
    [InlineData("linux/arm64/v8", "linux/arm64")]
    [InlineData("linux/arm", "linux/arm/v7")]
    [InlineData("linux/armel", "linux/arm/v6")]
    [InlineData("linux/arm/6", "linux/arm/v6")]
    [InlineData("Windows/AMD64", "windows/amd64")]
    [InlineData("arm64", "linux/arm64")]
    public void Other_names_are_brought_to_the_usual_one(string text, string normal) => Assert.Equal(normal, Platform.Parse(text).ToString());

    [Theory]
    [InlineData("linux/")]
    [InlineData("linux/a/b/c")]
    [InlineData("nonsense")]
    [InlineData("linux/am d64")]
    public void What_is_no_platform_is_refused(string text) => Assert.Throws<FormatException>(() => Platform.Parse(text));

    [Fact]
    public void An_index_gives_the_highest_variant_that_runs()
    {
        var index = new ImageIndex { Manifests = [Of("linux/arm/v5"), Of("linux/arm/v7"), Of("linux/arm/v6"), Of("linux/amd64")] };
        Assert.Equal("linux/arm/v7", index.Select(Platform.Parse("linux/arm/v7"))!.Platform!.ToString());
        Assert.Equal("linux/arm/v6", index.Select(Platform.Parse("linux/arm/v6"))!.Platform!.ToString());
        Assert.Null(index.Select(Platform.Parse("linux/riscv64")));
    }

    private static Descriptor Of(string platform) => new()
    {
        MediaType = MediaTypes.OciManifest,
        Digest = Digest.Compute(System.Text.Encoding.UTF8.GetBytes(platform)),
        Size = 1,
        Platform = Platform.Parse(platform),
    };
}
