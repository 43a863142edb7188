using System.Net;
using SharpBuild.Image.Web;
using Xunit;

namespace SharpBuild.UnitTests.Image.Web;

public sealed class ReachTests
{
    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fd20:ce::254")]
    [InlineData("100.100.100.200")]
    [InlineData("168.63.129.16")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::169.254.169.254")]
    [InlineData("64:ff9b::169.254.169.254")]
    [InlineData("64:ff9b:1::169.254.169.254")]
    [InlineData("2002:a9fe:a9fe::1")]
    public void Nobody_is_sent_to_a_link_local_or_metadata_address(string text)
    {
        var address = IPAddress.Parse(text);
        Assert.False(Reach.Outside.Allows(address));
        Assert.False(Reach.Loopback.Allows(address));
        Assert.True(Reach.Anywhere.Allows(address));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.9.9.9")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::127.0.0.1")]
    [InlineData("2002:7f00:1::")]
    public void Only_loopback_sends_to_loopback(string text)
    {
        Assert.False(Reach.Outside.Allows(IPAddress.Parse(text)));
        Assert.True(Reach.Loopback.Allows(IPAddress.Parse(text)));
    }

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("10.0.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("2001:db8::1")]
    [InlineData("fd12::1")]
    public void Other_addresses_are_allowed(string text) => Assert.True(Reach.Outside.Allows(IPAddress.Parse(text)));

    // Uri turns the odd spellings of an address into the usual one.
    [Theory]
    [InlineData("http://2852039166/")]
    [InlineData("http://0xA9FEA9FE/")]
    [InlineData("http://0xa9.0xfe.0xa9.0xfe/")]
    [InlineData("http://0251.0376.0251.0376/")]
    [InlineData("http://127.1/")]
    [InlineData("http://localhost/")]
    [InlineData("http://LOCALHOST./")]
    [InlineData("http://x.localhost/")]
    [InlineData("http://0/")]
    [InlineData("http://[::ffff:7f00:1]/")]
    [InlineData("http://metadata.google.internal/")]
    public void A_host_is_judged_by_its_name_too(string address) => Assert.False(Reach.Outside.Allows(new Uri(address).Host));

    [Theory]
    [InlineData("http://registry.example/", "http://127.0.0.1/", Reach.Outside)]
    [InlineData("http://registry.example/", "http://registry.example:81/", Reach.Outside)]
    [InlineData("http://169.254.1.1/", "http://169.254.1.1:81/", Reach.Anywhere)]
    [InlineData("http://169.254.1.1/", "http://169.254.1.2/", Reach.Outside)]
    [InlineData("http://127.0.0.1/", "http://localhost:9/", Reach.Loopback)]
    [InlineData("http://localhost/", "http://169.254.169.254/", Reach.Loopback)]
    public void What_a_server_may_name_depends_on_where_it_is(string origin, string next, Reach expected) =>
        Assert.Equal(expected, ReachRules.Limit(new Uri(origin), new Uri(next), originIsLoopback: false));
}
