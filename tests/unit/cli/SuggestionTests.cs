using SharpBuild.Cli.Arguments;
using Xunit;

namespace SharpBuild.UnitTests.Cli;

public sealed class SuggestionTests
{
    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "acb", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_counts_changes(string left, string right, int expected) => Assert.Equal(expected, Suggestion.Distance(left, right));

    [Fact]
    public void What_is_too_far_away_is_not_suggested() => Assert.Null(Suggestion.Nearest("--xyz", ["--tag", "--file"]));
}
