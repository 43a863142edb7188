using SharpBuild.Image;
using Xunit;

namespace SharpBuild.UnitTests.Image;

public sealed class ImageReferenceTests
{
    private const string Hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Theory]
    [InlineData("busybox", "docker.io/library/busybox:latest", "busybox:latest")]
    [InlineData("busybox:1", "docker.io/library/busybox:1", "busybox:1")]
    [InlineData("docker.io/busybox", "docker.io/library/busybox:latest", "busybox:latest")]
    [InlineData("index.docker.io/library/busybox", "docker.io/library/busybox:latest", "busybox:latest")]
    [InlineData("me/app:v1", "docker.io/me/app:v1", "me/app:v1")]
    [InlineData("localhost/app", "localhost/app:latest", "localhost/app:latest")]
    [InlineData("127.0.0.1:5000/app:x", "127.0.0.1:5000/app:x", "127.0.0.1:5000/app:x")]
    [InlineData("[::1]:5000/app", "[::1]:5000/app:latest", "[::1]:5000/app:latest")]
    [InlineData("ghcr.io/a/b/c_d__e--f.g:T_1.2-3", "ghcr.io/a/b/c_d__e--f.g:T_1.2-3", "ghcr.io/a/b/c_d__e--f.g:T_1.2-3")]
    [InlineData("Registry/app", "Registry/app:latest", "Registry/app:latest")]
    [InlineData("busybox@sha256:" + Hex, "docker.io/library/busybox@sha256:" + Hex, "busybox@sha256:" + Hex)]
    [InlineData("busybox:1@sha256:" + Hex, "docker.io/library/busybox:1@sha256:" + Hex, "busybox:1@sha256:" + Hex)]
    public void A_reference_is_read_as_Docker_reads_it(string text, string canonical, string familiar)
    {
        var reference = ImageReference.Parse(text);
        Assert.Equal(canonical, reference.ToString());
        Assert.Equal(familiar, reference.FamiliarName);
        Assert.Equal(reference, ImageReference.Parse(canonical));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Busybox")]
    [InlineData("busybox:")]
    [InlineData("busybox:-x")]
    [InlineData("a//b")]
    [InlineData("a/../b")]
    [InlineData("-a")]
    [InlineData("a___b")]
    [InlineData("a..b")]
    [InlineData("host:port/app")]
    [InlineData("busybox@sha256:abc")]
    [InlineData(Hex)]
    [InlineData("busy box")]
    public void What_Docker_refuses_is_refused(string text)
    {
        Assert.False(ImageReference.TryParse(text, out _));
        Assert.Equal(ImageErrorCodes.InvalidReference, Assert.Throws<ImageException>(() => ImageReference.Parse(text)).Code);
    }

    [Fact]
    public void An_upper_case_repository_is_named_in_the_message() =>
        Assert.Contains("must be lowercase", Assert.Throws<ImageException>(() => ImageReference.Parse("me/App")).Message, StringComparison.Ordinal);
}
