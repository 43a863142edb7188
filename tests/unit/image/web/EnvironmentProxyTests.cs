using SharpBuild.Image.Web;
using Xunit;

namespace SharpBuild.UnitTests.Image.Web;

public sealed class EnvironmentProxyTests
{
    [Fact]
    public void Each_scheme_has_its_proxy()
    {
        var proxy = Make(("HTTP_PROXY", "http://one:1"), ("https_proxy", "two:2"));
        Assert.Equal(new Uri("http://one:1"), proxy.GetProxy(new Uri("http://a.example/")));
        Assert.Equal(new Uri("http://two:2"), proxy.GetProxy(new Uri("https://a.example/")));
    }

    [Fact]
    public void ALL_PROXY_is_for_what_the_others_leave_open()
    {
        var proxy = Make(("HTTP_PROXY", "http://one:1"), ("ALL_PROXY", "socks5h://all:3"));
        Assert.Equal(new Uri("http://one:1"), proxy.GetProxy(new Uri("http://a.example/")));
        Assert.Equal(new Uri("socks5://all:3"), proxy.GetProxy(new Uri("https://a.example/")));
    }

    [Fact]
    public void Upper_case_wins_and_an_empty_variable_is_none()
    {
        var proxy = Make(("HTTP_PROXY", "http://upper:1"), ("http_proxy", "http://lower:1"), ("NO_PROXY", ""), ("no_proxy", "b.example"));
        Assert.Equal("upper", proxy.GetProxy(new Uri("http://a.example/"))!.Host);
        Assert.True(proxy.IsBypassed(new Uri("http://b.example/")));
    }

    [Theory]
    [InlineData("http://localhost:5000/")]
    [InlineData("http://api.localhost/")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    public void This_machine_is_never_reached_through_a_proxy(string address) =>
        Assert.True(Make(("HTTP_PROXY", "http://one:1")).IsBypassed(new Uri(address)));

    [Fact]
    public void The_login_of_a_proxy_is_given_to_the_proxy_and_shown_to_nobody()
    {
        var proxy = Make(("HTTPS_PROXY", "http://ada:l%40ve@one:1"));
        var address = proxy.GetProxy(new Uri("https://a.example/"))!;
        Assert.DoesNotContain("l%40ve", address.ToString());
        var login = proxy.Credentials!.GetCredential(address, "Basic")!;
        Assert.Equal(("ada", "l@ve"), (login.UserName, login.Password));
        Assert.Null(proxy.Credentials.GetCredential(new Uri("http://a.example/"), "Basic"));
    }

    // The expectations are those of golang.org/x/net/http/httpproxy.
    [Theory]
    [InlineData("example.com", "http://example.com/", true)]
    [InlineData("example.com", "http://a.example.com/", true)]
    [InlineData("example.com", "http://notexample.com/", false)]
    [InlineData(".example.com", "http://example.com/", false)]
    [InlineData(".example.com", "http://a.example.com/", true)]
    [InlineData("*.example.com", "http://a.b.example.com/", true)]
    [InlineData("*.example.com", "http://example.com/", false)]
    [InlineData("example.com:8080", "http://example.com:8080/", true)]
    [InlineData("example.com:8080", "http://example.com/", false)]
    [InlineData("example.com:443", "https://a.example.com/", true)]
    [InlineData(" EXAMPLE.com , other", "http://Example.COM/", true)]
    [InlineData("a.com b.com", "http://b.com/", false)]
    [InlineData("*", "http://example.com/", true)]
    [InlineData("other,*", "https://10.0.0.1/", true)]
    [InlineData("10.0.0.1", "http://10.0.0.1:5000/", true)]
    [InlineData("10.0.0.1:5000", "http://10.0.0.1:5000/", true)]
    [InlineData("10.0.0.1:5000", "http://10.0.0.1/", false)]
    [InlineData("10.0.0.0/8", "http://10.1.2.3/", true)]
    [InlineData("10.9.9.9/8", "http://10.1.2.3/", true)]
    [InlineData("10.0.0.0/8", "http://11.1.2.3/", false)]
    [InlineData("10.0.0.0/8", "http://ten.example/", false)]
    [InlineData("fd00::/8", "http://[fd12::1]:80/", true)]
    [InlineData("fd12::1", "http://[fd12::1]/", true)]
    [InlineData("[fd12::1]:80", "http://[fd12::1]/", true)]
    [InlineData("[fd12::1]:81", "http://[fd12::1]/", false)]
    [InlineData("10.0.0.1", "http://[::ffff:10.0.0.1]/", true)]
    [InlineData("0.0", "http://10.0.0.0/", true)]
    [InlineData(":80", "http://example.com/", false)]
    [InlineData("", "http://example.com/", false)]
    [InlineData("", "http://localhost/", true)]
    [InlineData("", "http://127.1.2.3:5000/", true)]
    [InlineData("", "http://[::1]/", true)]
    [InlineData("bücher.example", "http://xn--bcher-kva.example/", true)]
    public void An_address_is_matched_as_Go_does(string list, string address, bool isMatched) =>
        Assert.Equal(isMatched, Make(("HTTP_PROXY", "one:1"), ("HTTPS_PROXY", "one:1"), ("NO_PROXY", list)).IsBypassed(new Uri(address)));

    private static EnvironmentProxy Make(params (string Name, string Value)[] variables) =>
        new(name => Array.Find(variables, variable => variable.Name == name).Value);
}
