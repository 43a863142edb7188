using System.Collections.Immutable;
using SharpBuild.Builder;
using SharpBuild.Builder.Exporting;
using Xunit;

namespace SharpBuild.UnitTests.Builder;

public sealed class SourceDateTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-62135596800", -62135596800)]
    [InlineData("253402300799", 253402300799)]
    public void Each_second_of_the_years_1_to_9999_is_one(string text, long expected)
    {
        Assert.True(SourceDate.TryRead(text, out var seconds));
        Assert.Equal(expected, DateTimeOffset.FromUnixTimeSeconds(seconds).ToUnixTimeSeconds());
    }

    [Theory]
    [InlineData("")]
    [InlineData("context")]
    [InlineData("-62135596801")]
    [InlineData("253402300800")]
    [InlineData("99999999999999999999")]
    public void Nothing_else_is(string text)
    {
        Assert.False(SourceDate.TryRead(text, out _));
        var attributes = new OutputAttributes(new OutputOptions("image", null, ImmutableSortedDictionary<string, string>.Empty.Add("source-date-epoch", text)));
        if (text.Length > 0)
        {
            Assert.Equal("SB0102", Assert.Throws<BuildException>(() => attributes.Epoch(new BuildOptions { Context = "/" })).Code);
        }
    }
}
