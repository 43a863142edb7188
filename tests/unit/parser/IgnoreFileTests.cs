using SharpBuild.Parser;
using SharpBuild.Parser.Ignoring;
using Xunit;

namespace SharpBuild.UnitTests.Parser;

public sealed class IgnoreFileTests
{
    [Theory]
    [InlineData("foo", "foo", true)]
    [InlineData("foo", "a/foo", false)]
    [InlineData("foo", "foo/bar/baz", true)]
    [InlineData("/foo", "foo", true)]
    [InlineData("foo/", "foo/x", true)]
    [InlineData("./a/../foo", "foo", true)]
    [InlineData("*", "a/b", true)]
    [InlineData("*.md", "a.md", true)]
    [InlineData("*.md", "a/b.md", false)]
    [InlineData("*/b", "a/b", true)]
    [InlineData("*/b", "a/c/b", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[^a-c]x", "bx", false)]
    [InlineData("[^a-c]x", "dx", true)]
    [InlineData("**/x", "x", true)]
    [InlineData("**/x", "a/b/x", true)]
    [InlineData("**/x", "a/bx", false)]
    [InlineData("**/x", "a/x/b", true)]
    [InlineData("**.md", "a/b.md", true)]
    [InlineData("**/*.md", "b.md", true)]
    [InlineData("**/*.md", "a/c/b.md", true)]
    [InlineData("abc/**", "abc", false)]
    [InlineData("abc/**", "abc/d/e", true)]
    [InlineData("a/**/b", "a/b", true)]
    [InlineData("a/**/b", "a/x/y/b", true)]
    [InlineData("a/**/b", "a/xb", false)]
    [InlineData("a**b", "axb", false)]
    [InlineData("a**b", "ax/b", true)]
    [InlineData("**", "anything/at/all", true)]
    [InlineData("a\\*b", "a*b", true)]
    [InlineData("a\\*b", "axb", false)]
    [InlineData("a.b", "axb", false)]
    [InlineData("(a|b)+$", "a", false)]
    [InlineData("  foo  ", "foo", true)]
    [InlineData(".", "foo", false)]
    [InlineData("# foo", "# foo", false)]
    public void A_pattern_matches(string pattern, string path, bool expected) =>
        Assert.Equal(expected, IgnoreFile.Parse(pattern).IsIgnored(path, isDirectory: false));

    [Theory]
    [InlineData("*\n!a", "a", false)]
    [InlineData("*\n!a", "a/b", false)]
    [InlineData("*\n!a", "b", true)]
    [InlineData("a\n!a/b", "a/b", false)]
    [InlineData("a\n!a/b", "a/c", true)]
    [InlineData("!a\na", "a", true)]
    [InlineData("*.md\n!README*.md\nREADME-secret.md", "README-secret.md", true)]
    [InlineData("*.md\n!README*.md\nREADME-secret.md", "README-x.md", false)]
    [InlineData("! a\n*", "a", true)]
    [InlineData("*\n! a", "a", false)]
    public void The_last_pattern_that_matches_decides(string text, string path, bool expected) =>
        Assert.Equal(expected, IgnoreFile.Parse(text).IsIgnored(path, isDirectory: false));

    // moby's patternmatcher, walking: "a" is not tried for the directory a once "*" has matched it, and so does not
    // cover a/b when the exception has taken that back in.
    [Fact]
    public void A_pattern_that_was_not_tried_for_a_directory_does_not_cover_what_is_below() =>
        Assert.False(IgnoreFile.Parse("*\n!a/b\na").IsIgnored("a/b", isDirectory: false));

    [Theory]
    [InlineData("a\n!a/b", "a", true)]
    [InlineData("a\n!a/b/**", "a", true)]
    [InlineData("a\n!b", "a", false)]
    [InlineData("a\n!**/x", "a", true)]
    [InlineData("a", "a", false)]
    [InlineData("a\nb\n!ab/c", "a", false)]
    [InlineData("*\n!a/*", "a", true)]
    [InlineData("*\n!a/**", "a", true)]
    [InlineData("*\n!a/b/*", "a", true)]
    [InlineData("*\n!a/b/*", "a/b", true)]
    [InlineData("*\n!a/b/*", "ab", false)]
    [InlineData("*\n!a/*/**", "a/b", false)]
    [InlineData("*\n!a^/b", "c", true)]
    public void A_walk_may_leave_out_directories_that_nothing_takes_back(string text, string directory, bool expected) =>
        Assert.Equal(expected, IgnoreFile.Parse(text).MayContainIncluded(directory));

    [Theory]
    [InlineData("*\n!a/*/**", "a/b/c", true)]
    [InlineData("*\n!a/*/**\n!**/x", "a/b/c", false)]
    public void What_a_walk_cannot_reach_is_ignored(string text, string path, bool expected) =>
        Assert.Equal(expected, IgnoreFile.Parse(text).IsIgnored(path, isDirectory: false));

    [Fact]
    public void Exclude_enters_every_directory_for_an_exception()
    {
        var exclude = IgnoreFile.FromPatterns(["*", "!a/*/**"]);
        Assert.True(exclude.MayContainIncluded("b"));
        Assert.False(exclude.IsIgnored("a/b/c", isDirectory: false));
        Assert.Throws<PatternSyntaxException>(() => IgnoreFile.FromPatterns(["!/"]));
    }

    [Fact]
    public void Comments_blanks_and_a_byte_order_mark_are_no_patterns() =>
        Assert.Equal(["a", "!b"], IgnoreFile.Parse("\uFEFF# x\n\n a \r\n!b\n").Patterns);

    [Theory]
    [InlineData("ok\n!\n")]
    [InlineData("!/")]
    [InlineData("!/.")]
    [InlineData("! //")]
    [InlineData("!/..")]
    [InlineData("a[")]
    [InlineData("[]a]")]
    [InlineData("a\\")]
    public void A_malformed_pattern_is_reported_with_its_place(string text)
    {
        var problem = Assert.Throws<DockerfileException>(() => IgnoreFile.Parse(text));
        Assert.Equal(DiagnosticCodes.InvalidPattern, Assert.Single(problem.Errors).Code);
    }

    [Fact]
    public void Siblings_and_cousins_get_the_same_answer_in_any_order()
    {
        var ignore = IgnoreFile.Parse("a\n!a/b\na/b/c\n");
        string[] paths = ["a/b/c", "a/x", "a/b/d", "a/b", "a", "b", "a/b/c/e"];
        bool[] expected = [true, true, false, false, true, false, true];
        for (var round = 0; round < 3; round++)
        {
            Assert.Equal(expected, paths.Select(p => ignore.IsIgnored(p, isDirectory: round == 1)));
            (paths, expected) = ([.. paths.Reverse()], [.. expected.Reverse()]);
        }
    }

    [Fact]
    public void A_path_of_any_depth_is_judged()
    {
        var ignore = IgnoreFile.Parse("*.log\n!keep/**\n");
        var deep = string.Concat(Enumerable.Repeat("d/", 8000));
        var answers = Array.Empty<bool>();
        var thread = new Thread(() => answers = [ignore.IsIgnored(deep + "a.txt", isDirectory: false), ignore.IsIgnored("x.log/" + deep + "a.txt", isDirectory: false)], 128 << 10);
        thread.Start();
        thread.Join();
        Assert.Equal([false, true], answers);
    }
}
