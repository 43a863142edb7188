using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.Testing;

public sealed class LineDifferenceTests
{
    [Fact]
    public void It_shows_the_changed_lines_between_what_stayed() =>
        Assert.Equal("@@ line 2 @@\n a\n-b\n+B\n c\n", LineDifference.Between("a\nb\nc", "a\nB\nc"));

    [Fact]
    public void An_added_line_at_the_end_is_shown_alone() =>
        Assert.Equal("@@ line 2 @@\n a\n+b\n", LineDifference.Between("a", "a\nb"));
}
