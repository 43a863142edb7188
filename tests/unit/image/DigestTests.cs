using SharpBuild.Image;
using Xunit;

namespace SharpBuild.UnitTests.Image;

public sealed class DigestTests
{
    private const string Empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Fact]
    public void The_digest_of_nothing_is_the_known_one() => Assert.Equal(Empty, Digest.Compute([]).ToString());

    [Fact]
    public void A_digest_knows_its_parts()
    {
        var digest = Digest.Parse(Empty);
        Assert.Equal("sha256", digest.Algorithm);
        Assert.Equal(Empty["sha256:".Length..], digest.Hex);
        Assert.Equal(digest, Digest.Compute([]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256:")]
    [InlineData("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("sha256:e3b0c442")]
    [InlineData("md5:d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("sha256:../../../../../../../../../../../../../../../../../../../../etc/pas")]
    public void What_is_no_digest_is_refused(string text) => Assert.False(Digest.TryParse(text, out _));

    [Fact]
    public void The_default_digest_throws_on_use() => Assert.Throws<InvalidOperationException>(() => default(Digest).ToString());
}
