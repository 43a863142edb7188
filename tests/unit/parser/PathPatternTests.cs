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
        Assert.Equal(expected, PathPattern.Parse(pattern).Matches(path));

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
        Assert.Throws<PatternSyntaxException>(() => PathPattern.Parse(pattern));

    [Theory]
    [InlineData("a*", true)]
    [InlineData("a[b]", true)]
    [InlineData("a?", true)]
    [InlineData("a\\*b", false)]
    [InlineData("plain", false)]
    public void An_escaped_star_makes_no_pattern(string path, bool expected) => Assert.Equal(expected, PathPattern.IsPattern(path));

    [Theory]
    [InlineData("**/x", "x", true)]
    [InlineData("**/x", "a/b/x", true)]
    [InlineData("**/x", "a/bx", false)]
    [InlineData("**.md", "a/b.md", true)]
    [InlineData("a/**", "a/b/c", true)]
    [InlineData("a/**", "a", false)]
    [InlineData("a/**/*.c", "a/b/d/e.c", true)]
    [InlineData("a/**/*.c", "a/e.c", true)]
    [InlineData("a/**/*.c", "b/e.c", false)]
    [InlineData("a/**/c", "a/b/b/c", true)]
    public void Two_stars_stand_for_any_number_of_directories(string pattern, string path, bool matches) =>
        Assert.Equal(matches, PathPattern.Parse(pattern, allowsDoubleStar: true).Matches(path));

    [Theory]
    [InlineData("a/**/c", "a/b/b/c")]
    [InlineData("**/x", "x")]
    public void Two_stars_stay_in_an_element_where_they_mean_nothing(string pattern, string path) =>
        Assert.False(PathPattern.Parse(pattern).Matches(path));

    [Theory]
    [InlineData("a/b/c", "a", true)]
    [InlineData("a/b/c", "a/b", true)]
    [InlineData("a/b/c", "a/b/c", false)]
    [InlineData("a/b/c", "b", false)]
    [InlineData("a/b/c", "ab", false)]
    [InlineData("*/x", "q", true)]
    [InlineData("*/x", "q/r", false)]
    [InlineData("a*", "ab", false)]
    [InlineData("**/x", "q/r/s", true)]
    [InlineData("a/**", "a", true)]
    [InlineData("a/**", "b", false)]
    [InlineData("**.md", "a", true)]
    public void A_walker_knows_where_it_need_not_look(string pattern, string directory, bool mayMatch) =>
        Assert.Equal(mayMatch, PathPattern.Parse(pattern, allowsDoubleStar: true).MayMatchBelow(directory));

    [Theory]
    [InlineData("a/b", "a/b/c/d", true)]
    [InlineData("a/b", "a/bc", false)]
    [InlineData("a/*", "a/b/c/d", true)]
    [InlineData("*/c", "a/b/c", false)]
    [InlineData("**/c", "a/b/c/d", true)]
    [InlineData("**/*.c", "a/x.c/d", true)]
    [InlineData("**/*.c", "a/x.d/d", false)]
    [InlineData("*", "a/b", true)]
    public void What_is_below_a_match_is_covered(string pattern, string path, bool covers) =>
        Assert.Equal(covers, PathPattern.Parse(pattern, allowsDoubleStar: true).Covers(path));

    [Theory]
    [InlineData("?", "😀", true)]
    [InlineData("??", "😀", false)]
    [InlineData("[😀-😂]", "😁", true)]
    [InlineData("[^a]", "😀", true)]
    [InlineData("*😀", "a😀", true)]
    public void A_character_outside_the_basic_plane_is_one(string pattern, string path, bool expected) =>
        Assert.Equal(expected, PathPattern.Parse(pattern).Matches(path));

    [Theory]
    [InlineData("*a", 200, "b")]
    [InlineData("**/a*/", 100, "b")]
    [InlineData("?*", 200, "/b")]
    [InlineData("[a-z]*", 200, "B")]
    [InlineData("**", 300, "*b")]
    public void Many_stars_take_linear_time(string part, int count, string end)
    {
        var pattern = PathPattern.Parse(string.Concat(Enumerable.Repeat(part, count)) + end, allowsDoubleStar: true);
        Assert.False(pattern.Matches(new string('a', 4000)));
        Assert.False(pattern.Matches(string.Concat(Enumerable.Repeat("aa/", 1300)) + "c"));
        pattern.MayMatchBelow(string.Concat(Enumerable.Repeat("aa/", 1300)) + "a");
    }
}
