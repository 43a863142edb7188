using SharpBuild.Cache.Content;
using SharpBuild.Linux;
using Xunit;

namespace SharpBuild.UnitTests.Cache;

public sealed class ScopedPathTests
{
    [Theory]
    [InlineData("/a/../b/./c/", "b/c")]
    [InlineData("../../x", "x")]
    [InlineData(".", "")]
    [InlineData("", "")]
    public void Text_is_cleaned_and_clamped(string path, string expected) => Assert.Equal(expected, ScopedPath.Clean(path));

    [Theory]
    [InlineData("plain/file", "plain/file")]
    [InlineData("abs/file", "real/file")]
    [InlineData("up/file", "etc/file")]
    [InlineData("chain", "real")]
    [InlineData("dangling/x", "tmp/nowhere/x")]
    [InlineData("dir/rel", "dir/target")]
    [InlineData("abs/..", "")]
    public void Links_are_followed_inside_the_root(string path, string expected)
    {
        var tree = new Links
        {
            ["abs"] = "/real",
            ["up"] = "../../etc",
            ["chain"] = "abs",
            ["dangling"] = "/tmp/nowhere",
            ["dir/rel"] = "target",
        };
        Assert.Equal(expected, ScopedPath.Resolve(tree, path));
    }

    [Fact]
    public void A_circle_of_links_is_an_error() =>
        Assert.Equal(Errno.ELOOP, Assert.Throws<SyscallException>(() => ScopedPath.Resolve(new Links { ["a"] = "b", ["b"] = "a" }, "a")).Errno);

    private sealed class Links : Dictionary<string, string>, IPathLookup
    {
        public bool TryGetStatus(string path, out FileStatus status)
        {
            status = new() { Kind = ContainsKey(path) ? FileKind.SymbolicLink : FileKind.Directory };
            return true;
        }

        public string ReadLink(string path) => this[path];
    }
}
