using SharpBuild.Image;
using SharpBuild.Image.Registry;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.Image.Registry;

public sealed class AuthenticationTests : RegistryTest
{
    private static readonly RegistryCredential Ada = new("ada", "lovelace", "a test");

    [Fact]
    public async Task A_stranger_gets_a_token_once_for_all_requests_of_a_repository()
    {
        Registry.AddImage("app");
        var blob = Registry.AddBlob([1, 2, 3]);
        Registry.UsesTokens = true;
        var client = Client();
        await client.ResolveAsync(Reference("app"), Cancellation);
        await ReadAsync(await client.OpenBlobAsync(Reference("app"), blob, Cancellation));
        Assert.Equal(
            [
                "GET /v2/app/manifests/latest",
                "GET /token?service=fake&scope=repository%3Aapp%3Apull",
                "GET /v2/app/manifests/latest [Bearer]",
                $"GET /v2/app/blobs/{blob.Digest} [Bearer]",
            ],
            Registry.Requests);
    }

    [Fact]
    public async Task Requests_side_by_side_share_a_token()
    {
        Registry.AddImage("app");
        Registry.UsesTokens = true;
        var client = Client();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.ResolveAsync(Reference("app"), Cancellation)));
        Assert.Single(Registry.Requests, request => request.StartsWith("GET /token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_login_is_shown_to_the_token_server_only()
    {
        Registry.AddImage("app");
        (Registry.UsesTokens, Registry.Login) = (true, "ada:lovelace");
        await Client(new OneCredential(Ada)).ResolveAsync(Reference("app"), Cancellation);
        Assert.Contains("GET /token?service=fake&account=ada&scope=repository%3Aapp%3Apull [Basic]", Registry.Requests);
        Assert.DoesNotContain(Registry.Requests, request => request.StartsWith("GET /v2", StringComparison.Ordinal) && request.EndsWith("[Basic]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_identity_token_is_exchanged_by_post()
    {
        Registry.AddImage("app");
        (Registry.UsesTokens, Registry.Login) = (true, "refresh-me");
        await Client(new OneCredential(new RegistryCredential("", "", "a test") { IdentityToken = "refresh-me" })).ResolveAsync(Reference("app"), Cancellation);
        Assert.Contains("POST /token", Registry.Requests);
    }

    [Fact]
    public async Task A_basic_login_is_remembered()
    {
        Registry.AddImage("app");
        Registry.Login = "ada:lovelace";
        var client = Client(new OneCredential(Ada));
        await client.ResolveAsync(Reference("app"), Cancellation);
        await client.ResolveAsync(Reference("app"), Cancellation);
        Assert.Equal(["GET /v2/app/manifests/latest", "GET /v2/app/manifests/latest [Basic]", "GET /v2/app/manifests/latest [Basic]"], Registry.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wrong_password_is_reported_with_its_source_and_without_itself(bool tokens)
    {
        (Registry.UsesTokens, Registry.Login) = (tokens, "ada:byron");
        var failure = await FailsAsync(ImageErrorCodes.Unauthorized, () => Client(new OneCredential(Ada)).ResolveAsync(Reference("app"), Cancellation));
        Assert.Contains("ada (a test)", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("lovelace", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_login_the_hint_is_to_log_in()
    {
        Registry.Login = "ada:lovelace";
        var failure = await FailsAsync(ImageErrorCodes.Unauthorized, () => Client().ResolveAsync(Reference("app"), Cancellation));
        Assert.Contains($"docker login {Registry.Address}", failure.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/token")]
    [InlineData("https://10.0.0.1/token")]
    [InlineData("https://192.168.1.1/token")]
    [InlineData("https://[fd00::1]/token")]
    [InlineData("https://[::ffff:10.0.0.1]/token")]
    [InlineData("https://user@auth.example/token")]
    [InlineData("file:///etc/passwd")]
    [InlineData("token")]
    public async Task A_token_server_at_a_place_where_none_belongs_learns_nothing(string realm)
    {
        var credentials = new OneCredential(Ada);
        Registry.Intercept = context =>
        {
            context.Response.AddHeader("WWW-Authenticate", $"Bearer realm=\"{realm}\"");
            context.Response.StatusCode = 401;
            return Task.FromResult(true);
        };
        await FailsAsync(ImageErrorCodes.RegistryProtocol, () => Client(credentials).ResolveAsync(Reference("app"), Cancellation));
        Assert.Equal(0, credentials.Lookups);
    }

    [Fact]
    public async Task A_redirect_to_another_host_takes_no_credentials_along_and_its_challenge_is_not_answered()
    {
        await using var other = new FakeRegistry();
        var blob = other.AddBlob([1, 2, 3]);
        Registry.Login = "ada:lovelace";
        Registry.AddImage("app");
        var client = Client(new OneCredential(Ada));
        await client.ResolveAsync(Reference("app"), Cancellation);
        Registry.Intercept = context =>
        {
            context.Response.StatusCode = 307;
            context.Response.AddHeader("Location", $"{other.Url}v2/app/blobs/{blob.Digest}");
            return Task.FromResult(true);
        };
        Assert.Equal([1, 2, 3], await ReadAsync(await client.OpenBlobAsync(Reference("app"), blob, Cancellation)));

        other.Login = "ada:lovelace";
        await FailsAsync(ImageErrorCodes.Unauthorized, () => client.OpenBlobAsync(Reference("app"), blob, Cancellation));
        Assert.DoesNotContain(other.Requests, request => request.Contains('[', StringComparison.Ordinal));
    }
}
