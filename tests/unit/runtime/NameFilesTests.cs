using SharpBuild.Runtime.Roots;
using Xunit;

namespace SharpBuild.UnitTests.Runtime;

public sealed class NameFilesTests
{
    [Fact]
    public void Hosts_has_the_own_name_and_the_extra_ones() =>
        Assert.Equal(
            "127.0.0.1\tlocalhost box\n::1\tlocalhost ip6-localhost ip6-loopback\n10.0.0.1\tdb\n",
            NameFiles.Hosts("box", [("db", "10.0.0.1")]));

    [Fact]
    public void Servers_on_the_loopback_interface_are_only_kept_where_they_can_be_reached()
    {
        const string host = "# from the host\nnameserver 127.0.0.53\nnameserver ::1\nnameserver 10.1.1.1\noptions edns0\n";

        Assert.Equal(host, NameFiles.Resolver(host, keepLoopback: true));
        Assert.Equal("# from the host\nnameserver 10.1.1.1\noptions edns0\n", NameFiles.Resolver(host, keepLoopback: false));
    }
}
