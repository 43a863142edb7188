using SharpBuild.Builder.Planning;
using Xunit;

namespace SharpBuild.UnitTests.Builder;

public sealed class ExposedPortsTests
{
    [Theory]
    [InlineData("80", "80/tcp")]
    [InlineData("80/udp", "80/udp")]
    [InlineData("80/TCP", "80/tcp")]
    [InlineData("80/", "80/tcp")]
    [InlineData("8000-8002/sctp", "8000/sctp 8001/sctp 8002/sctp")]
    [InlineData("5000:80", "80/tcp")]
    [InlineData("127.0.0.1:5000:80", "80/tcp")]
    [InlineData("127.0.0.1::80", "80/tcp")]
    [InlineData("[::1]:5000:80", "80/tcp")]
    [InlineData("8000-8001:80-81", "80/tcp 81/tcp")]
    [InlineData("8000-8010:80", "80/tcp")]
    public void A_word_becomes_its_container_ports(string word, string expected) =>
        Assert.Equal(expected, string.Join(' ', ExposedPorts.Parse(word)));

    [Theory]
    [InlineData("")]
    [InlineData("http")]
    [InlineData("80/icmp")]
    [InlineData("90-80")]
    [InlineData("70000")]
    [InlineData("1-2:80-90")]
    [InlineData("300.0.0.1:80:80")]
    [InlineData("5000:")]
    public void What_is_no_port_is_refused(string word) => Assert.Throws<FormatException>(() => ExposedPorts.Parse(word));
}
