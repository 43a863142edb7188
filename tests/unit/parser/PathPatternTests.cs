using SharpBuild.Parser.Ignoring;
using Xunit;

namespace SharpBuild.UnitTests.Parser;

public sealed class PathPatternTests
{
    // The table of Go's own test of filepath.Match, as far as it is about matching.
    [Theory]
    [InlineData("abc", "abc", true)]
    [InlineData("*", "abc", true)]
    [InlineData("*c", "abc", true)]
    [InlineData("a*", "a", true)]
    [InlineData("a*", "ab/c", false)]
    [InlineData("a*/b", "abc/b", true)]
    [InlineData("a*/b", "a/c/b", false)]
    [InlineData("a*b*c*d*e*/f", "axbxcxdxe/f", true)]
    [InlineData("a*b*c*d*e*/f", "axbxcxdxexxx/fff", false)]
    [InlineData("a*b?c*x", "abxbbxdbxebxczzx", true)]
    [InlineData("a*b?c*x", "abxbbxdbxebxczzy", false)]
    [InlineData("ab[c]", "abc", true)]
    [InlineData("ab[e-g]", "abc", false)]
    [InlineData("ab[^c]", "abc", false)]
    [InlineData("ab[^e-g]", "abc", true)]
    [InlineData("a\\*b", "a*b", true)]
    [InlineData("a[^a]b", "a☺b", true)]
    [InlineData("[a-ζ]*", "α", true)]
    [InlineData("*[a-ζ]", "A", false)]
    [InlineData("a?b", "a/b", false)]
    [InlineData("a*b", "a/b", false)]
    [InlineData("[\\]a]", "]", true)]
    [InlineData("[\\-x]", "x", true)]
    [InlineData("*x", "xxx", true)]
    [InlineData("arr[[]0].txt", "arr[0].txt", true)]
    public void A_pattern_matches_a_whole_path(string pattern, string path, bool expected) =>
        Assert.Equal(expected, PathPattern.Matches(pattern, path));

    [Theory]
    [InlineData("[]a]")]
    [InlineData("[-]")]
    [InlineData("[x-]")]
    [InlineData("[-x]")]
    [InlineData("[a-b-c]")]
    [InlineData("[")]
    [InlineData("[^")]
    [InlineData("[^bc")]
    [InlineData("a[")]
    [InlineData("\\")]
    public void A_malformed_pattern_is_refused(string pattern) =>
        Assert.Throws<PatternSyntaxException>(() => PathPattern.Matches(pattern, "a"));

    [Theory]
    [InlineData("a*", true)]
    [InlineData("a[b]", true)]
    [InlineData("a?", true)]
    [InlineData("a\\*b", false)]
    [InlineData("plain", false)]
    public void An_escaped_star_makes_no_pattern(string path, bool expected) => Assert.Equal(expected, PathPattern.IsPattern(path));

    [Fact]
    public void Two_stars_cross_directories_only_when_allowed()
    {
        Assert.True(PathPattern.Matches("a/**/c", "a/b/b/c", allowsDoubleStar: true));
        Assert.False(PathPattern.Matches("a/**/c", "a/b/b/c"));
    }

    [Fact]
    public void Many_stars_take_linear_time() =>
        Assert.False(PathPattern.Matches(string.Concat(Enumerable.Repeat("*a", 200)) + "b", new string('a', 20_000)));
}
