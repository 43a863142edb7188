using SharpBuild.Runtime.Planning;
using Xunit;

namespace SharpBuild.UnitTests.Runtime;

public sealed class UnitListTests
{
    [Theory]
    [InlineData("0", "0-3", null)]
    [InlineData("0-3", "0-1,2-3", null)]
    [InlineData("0-2147483647", "0-3", 4)]
    [InlineData("1,5", "0-3,6", 5)]
    public void The_first_number_that_is_not_there_is_found(string wanted, string available, int? expected)
    {
        Assert.True(UnitList.TryParse(wanted, out var all));
        Assert.True(UnitList.TryParse(available, out var present));
        Assert.Equal(expected, UnitList.FindMissing(all, present));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1-")]
    [InlineData("-1")]
    [InlineData("3-2")]
    [InlineData("1,,2")]
    [InlineData(" 1")]
    [InlineData("99999999999")]
    public void What_is_no_list_is_refused(string text) => Assert.False(UnitList.TryParse(text, out _));
}
