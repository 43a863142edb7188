using SharpBuild.Parser;
using SharpBuild.Parser.Syntax;
using Xunit;

namespace SharpBuild.UnitTests.Parser;

public sealed class MountOwnerTests
{
    [Theory]
    [InlineData("cache", "0", 0u)]
    [InlineData("cache", "2147483648", 2147483648u)]
    [InlineData("secret", "3000000000", 3000000000u)]
    [InlineData("ssh", "4294967295", uint.MaxValue)]
    public void An_id_may_be_as_large_as_the_kernel_takes(string type, string id, uint expected)
    {
        var mount = MountOptions.Parse($"type={type},id=x,target=/x,uid={id},gid={id}");

        Assert.Equal((expected, expected), (mount.Uid, mount.Gid));
    }

    [Theory]
    [InlineData("4294967296")]
    [InlineData("99999999999999999999999999")]
    [InlineData("-1")]
    [InlineData("")]
    [InlineData("root")]
    public void Any_other_id_is_refused(string id)
    {
        Refused($"type=cache,target=/x,uid={id}");
        Refused($"type=secret,id=x,gid={id}");

        static void Refused(string text) => Assert.Throws<MountSyntaxException>(() => MountOptions.Parse(text));
    }
}
