using System.Text;
using SharpBuild.Builder;
using Xunit;

namespace SharpBuild.UnitTests.Builder;

public sealed class DockerfileTextTests
{
    private const string Text = "FROM scratch # ü\n";

    [Fact]
    public void It_is_utf_8_with_or_without_a_mark()
    {
        Assert.Equal(Text, DockerfileText.Decode("Dockerfile", Encoding.UTF8.GetBytes(Text)));
        Assert.Equal("\uFEFF" + Text, DockerfileText.Decode("Dockerfile", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Text)]));
        Assert.Empty(DockerfileText.Decode("Dockerfile", []));
    }

    [Theory]
    [InlineData("utf-16", "UTF-16")]
    [InlineData("utf-16BE", "UTF-16")]
    [InlineData("utf-32", "UTF-32")]
    public void Another_encoding_is_named(string encoding, string expected)
    {
        var content = Encoding.GetEncoding(encoding).GetBytes(Text);
        byte[] marked = [.. Encoding.GetEncoding(encoding).GetPreamble(), .. content];
        var failure = Assert.Throws<BuildException>(() => DockerfileText.Decode("Dockerfile", marked));
        Assert.Equal(("SB4003", $"'Dockerfile' is written in {expected}, and a Dockerfile is UTF-8"), (failure.Code, failure.Message));
        Assert.Throws<BuildException>(() => DockerfileText.Decode("Dockerfile", content));
    }
}
