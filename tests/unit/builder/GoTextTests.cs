using SharpBuild.Builder.Planning;
using Xunit;

namespace SharpBuild.UnitTests.Builder;

public sealed class GoTextTests
{
    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("a \"b\" \\", "\"a \\\"b\\\" \\\\\"")]
    [InlineData("tab\tnew\n", "\"tab\\tnew\\n\"")]
    [InlineData("\u0001\u007f", "\"\\x01\\x7f\"")]
    [InlineData("grün ✓ 😀", "\"grün ✓ 😀\"")]
    [InlineData("\u00a0\u2028", "\"\\u00a0\\u2028\"")]
    public void A_string_is_quoted_as_go_quotes_it(string value, string expected) => Assert.Equal(expected, GoText.Quote(value));

    [Fact]
    public void Lists_have_no_commas()
    {
        Assert.Equal("[a b]", GoText.List(["a", "b"]));
        Assert.Equal("[\"a\" \"b c\"]", GoText.QuotedList(["a", "b c"]));
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(500, "500ms")]
    [InlineData(5_000, "5s")]
    [InlineData(90_000, "1m30s")]
    [InlineData(60_000, "1m0s")]
    [InlineData(3_600_000, "1h0m0s")]
    [InlineData(1_500, "1.5s")]
    public void Durations_read_as_in_go(int milliseconds, string expected) => Assert.Equal(expected, GoText.Duration(TimeSpan.FromMilliseconds(milliseconds)));
}
