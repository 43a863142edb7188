using SharpBuild.Cache.Content;
using Xunit;

namespace SharpBuild.UnitTests.Cache;

public sealed class GlobPatternTests
{
    [Theory]
    [InlineData("*.txt", "a.txt", true)]
    [InlineData("*.txt", ".txt", true)]
    [InlineData("*", "a/b", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("?", "😀", true)]
    [InlineData("arr[[]0].txt", "arr[0].txt", true)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[^a-c]x", "bx", false)]
    [InlineData("[^a-c]x", "dx", true)]
    [InlineData("[a", "a", false)]
    [InlineData("a\\*b", "a*b", true)]
    [InlineData("a\\*b", "axb", false)]
    [InlineData("a*b*c", "aXbYc", true)]
    [InlineData("a*b*c", "aXbY", false)]
    [InlineData("**/x", "x", false)]
    public void Elements_match_as_in_Go(string pattern, string name, bool matches) =>
        Assert.Equal(matches, GlobPattern.Matches(pattern, name, doubleStar: false));

    [Theory]
    [InlineData("**/x", "x", true)]
    [InlineData("**/x", "a/b/x", true)]
    [InlineData("**/x", "a/bx", false)]
    [InlineData("a/**", "a/b/c", true)]
    [InlineData("a/**", "a", false)]
    [InlineData("a/**/*.c", "a/b/d/e.c", true)]
    [InlineData("a/**/*.c", "a/e.c", true)]
    [InlineData("a/**/*.c", "b/e.c", false)]
    public void A_double_star_stands_for_any_number_of_directories(string pattern, string path, bool matches) =>
        Assert.Equal(matches, GlobPattern.Matches(pattern, path, doubleStar: true));

    [Theory]
    [InlineData("a/b/c", "a", true)]
    [InlineData("a/b/c", "a/b", true)]
    [InlineData("a/b/c", "b", false)]
    [InlineData("a/b/c", "ab", false)]
    [InlineData("*/x", "q", true)]
    [InlineData("*/x", "q/r", false)]
    [InlineData("**/x", "q/r/s", true)]
    public void A_walker_knows_where_it_need_not_look(string pattern, string directory, bool mayMatch) =>
        Assert.Equal(mayMatch, GlobPattern.MayMatchBelow(pattern, directory));

    [Theory]
    [InlineData("a.txt", false)]
    [InlineData("a\\*", false)]
    [InlineData("a*", true)]
    [InlineData("a[0]", true)]
    public void A_pattern_is_told_from_a_path(string text, bool isPattern) => Assert.Equal(isPattern, GlobPattern.IsPattern(text));
}
