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
    [InlineData(true, "1F8B0800000000000003")]
    [InlineData(true, "28B52FFD0458")]
    [InlineData(true, "FD377A585A00")]
    [InlineData(true, "425A6839")]
    [InlineData(true, "0000000000000000")]
    [InlineData(true, "7F454C4602010100")]
    [InlineData(false, "46524F4D20780A")]
    [InlineData(false, "460052004F004D00")]
    [InlineData(false, "FFFE46005200")]
    [InlineData(false, "")]
    public void What_is_compressed_or_has_zero_bytes_is_no_text(bool isBinary, string content) =>
        Assert.Equal(isBinary, DockerfileText.IsBinary(Convert.FromHexString(content)));

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
