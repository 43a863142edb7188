using SharpBuild.Runtime.Planning;
using Xunit;

namespace SharpBuild.UnitTests.Runtime;

public sealed class CgroupPathsTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/builds/mine")]
    [InlineData("builds/a..b/")]
    public void A_path_in_the_tree_is_taken(string path) => Assert.Null(CgroupPaths.ProblemOf(path));

    [Theory]
    [InlineData("..")]
    [InlineData("/a/../../b")]
    [InlineData("/a/./b")]
    [InlineData("/a//b")]
    [InlineData("a\nb")]
    [InlineData("system.slice:docker:x")]
    public void What_leaves_the_tree_or_cannot_be_made_is_not(string path) => Assert.NotNull(CgroupPaths.ProblemOf(path));
}
