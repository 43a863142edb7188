using SharpBuild.Image;
using SharpBuild.Image.Registry;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.Image.Registry;

public sealed class RedirectTests : RegistryTest
{
    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://2852039166/latest/meta-data/")]
    [InlineData("http://0xA9FEA9FE/")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    [InlineData("http://[fd00:ec2::254]/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://0.0.0.0:1/")]
    [InlineData("http://metadata.google.internal/")]
    public async Task A_registry_cannot_send_us_to_the_cloud_or_the_link(string location)
    {
        Redirect(location);
        var failure = await FailsAsync(ImageErrorCodes.RegistryProtocol, () => Client().ResolveAsync(Reference("app"), Cancellation));
        Assert.Contains("where no server may send us", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_on_loopback_may_send_us_to_loopback()
    {
        await using var other = new FakeRegistry();
        other.AddImage("app");
        Redirect($"{other.Url}v2/app/manifests/latest".Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
        other.Intercept = null;
        await FailsAsync(ImageErrorCodes.RegistryProtocol, () => Client().ResolveAsync(Reference("app"), Cancellation));
        Redirect($"{other.Url}v2/app/manifests/latest");
        await Client().ResolveAsync(Reference("app"), Cancellation);
    }

    [Fact]
    public async Task An_upload_over_TLS_does_not_go_on_in_plain_text()
    {
        using var certificate = WebServer.MakeCertificate();
        await using var plain = new WebServer(_ => WebAnswer.Empty(201));
        await using var secure = new WebServer(
            r => r.Method == "HEAD" ? WebAnswer.Empty(404)
                : WebAnswer.Empty(202, ("Location", $"http://localhost:{plain.Port}/upload")),
            certificate);
        var failure = await FailsAsync(ImageErrorCodes.RegistryProtocol, () => PushAsync(secure));
        Assert.Contains("from https to http", failure.Message, StringComparison.Ordinal);
        Assert.Empty(plain.Requests);
    }

    [Theory]
    [InlineData("http://169.254.169.254/upload")]
    [InlineData("ftp://registry.example/upload")]
    public async Task An_upload_does_not_go_where_no_redirect_may(string location)
    {
        await using var server = new WebServer(r => r.Method == "HEAD" ? WebAnswer.Empty(404) : WebAnswer.Empty(202, ("Location", location)));
        await FailsAsync(ImageErrorCodes.RegistryProtocol, () => PushAsync(server));
    }

    [Fact]
    public async Task A_login_goes_to_a_realm_over_TLS_or_on_loopback_only()
    {
        var credentials = new OneCredential(new RegistryCredential("ada", "lovelace", "a test"));
        Registry.Intercept = context =>
        {
            context.Response.AddHeader("WWW-Authenticate", "Bearer realm=\"http://auth.example/token\"");
            context.Response.StatusCode = 401;
            return Task.FromResult(true);
        };
        var failure = await FailsAsync(ImageErrorCodes.RegistryProtocol, () => Client(credentials).ResolveAsync(Reference("app"), Cancellation));
        Assert.Contains("is not encrypted, and there is a login", failure.Message, StringComparison.Ordinal);
    }

    private async Task PushAsync(WebServer server)
    {
        var bytes = SomeBytes(100);
        var blob = new Descriptor { MediaType = MediaTypes.OciLayer, Digest = Digest.Compute(bytes), Size = bytes.Length };
        var reference = ImageReference.Parse($"127.0.0.1:{server.Port}/app");
        await Client().PushBlobAsync(reference, blob, _ => Task.FromResult<Stream>(new MemoryStream(bytes)), null, Cancellation);
    }

    private void Redirect(string location) => Registry.Intercept = context =>
    {
        context.Response.StatusCode = 307;
        context.Response.AddHeader("Location", location);
        return Task.FromResult(true);
    };
}
