using SharpBuild.Runtime;
using SharpBuild.Runtime.Roots;
using Xunit;

namespace SharpBuild.UnitTests.Runtime;

public sealed class UserResolverTests
{
    private const string Passwd = """
        # comment:x:9:9::/:
        root:x:0:0:root:/root:/bin/sh
        alice:x:1000:100:Alice:/home/alice:/bin/sh
        bob:x:1001:101::
        homeless:x:1002:102:::
        4242:x:77:78::/numbers:
        """;

    private const string Groups = """
        root:x:0:
        users:x:100:bob
        wheel:x:10:root,alice
        audio:x:29:alice,bob
        """;

    [Theory]
    [InlineData("", 0u, 0u, "0,10", "/root")]
    [InlineData("root", 0u, 0u, "0,10", "/root")]
    [InlineData("alice", 1000u, 100u, "100,10,29", "/home/alice")]
    [InlineData("1000", 1000u, 100u, "100,10,29", "/home/alice")]
    [InlineData("1234", 1234u, 0u, "0", "/")]
    [InlineData("alice:wheel", 1000u, 10u, "10", "/home/alice")]
    [InlineData("alice:5", 1000u, 5u, "5", "/home/alice")]
    [InlineData("1234:5678", 1234u, 5678u, "5678", "/")]
    [InlineData("alice:", 1000u, 100u, "100,10,29", "/home/alice")]
    [InlineData(":wheel", 0u, 10u, "10", "/root")]
    [InlineData("homeless", 1002u, 102u, "102", "/")]
    [InlineData("4242", 4242u, 0u, "0", "/")]
    public void It_finds_ids_groups_and_home(string user, uint uid, uint gid, string groups, string home)
    {
        var resolved = UserResolver.Resolve(Passwd, Groups, user);

        Assert.Equal((uid, gid, groups, home), (resolved.Uid, resolved.Gid, string.Join(',', resolved.Groups), resolved.Home));
    }

    [Theory]
    [InlineData("mallory")]
    [InlineData("alice:mallory")]
    [InlineData("-1")]
    public void It_refuses_what_it_does_not_find(string user)
    {
        var refusal = Assert.Throws<SandboxException>(() => UserResolver.Resolve(Passwd, Groups, user));

        Assert.Equal(SandboxException.BadSpecification, refusal.Code);
        Assert.StartsWith("the image has no", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2147483648", "the user id 2147483648 is too large")]
    [InlineData("4294967295:0", "the user id 4294967295 is too large")]
    [InlineData("99999999999999999999", "the user id 99999999999999999999 is too large")]
    [InlineData("0:3000000000", "the group id 3000000000 is too large")]
    public void A_number_that_is_too_large_is_not_called_a_name(string user, string message)
    {
        var refusal = Assert.Throws<SandboxException>(() => UserResolver.Resolve(Passwd, Groups, user));

        Assert.Equal((SandboxException.BadSpecification, message), (refusal.Code, refusal.Message));
    }

    [Fact]
    public void An_image_without_files_has_root_and_numbers()
    {
        Assert.Equal((0u, 0u, "/"), Ids(UserResolver.Resolve("", "", "")));
        Assert.Equal((7u, 8u, "/"), Ids(UserResolver.Resolve("", "", "7:8")));

        static (uint Uid, uint Gid, string Home) Ids(ResolvedUser user) => (user.Uid, user.Gid, user.Home);
    }
}
