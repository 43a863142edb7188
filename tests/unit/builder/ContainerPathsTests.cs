using SharpBuild.Builder.Planning;
using Xunit;

namespace SharpBuild.UnitTests.Builder;

public sealed class ContainerPathsTests
{
    [Theory]
    [InlineData("/", "a", "/a")]
    [InlineData("/w", "a/../b/.", "/w/b")]
    [InlineData("/w", "/x//y/", "/x/y")]
    [InlineData("/w", "../../..", "/")]
    [InlineData("/w", "", "/w")]
    public void A_path_is_resolved_below_the_working_directory(string directory, string path, string expected) =>
        Assert.Equal(expected, ContainerPaths.Resolve(directory, path));

    [Theory]
    [InlineData("/w", ".", "/w/")]
    [InlineData("/w", "", "/w/")]
    [InlineData("/", "./", "/")]
    [InlineData("/w", "a", "/w/a")]
    [InlineData("/w", "a/", "/w/a/")]
    [InlineData("/w", "/a/.", "/a/")]
    public void A_destination_keeps_the_slash_that_makes_it_a_directory(string directory, string path, string expected) =>
        Assert.Equal(expected, ContainerPaths.ResolveDestination(directory, path));
}
