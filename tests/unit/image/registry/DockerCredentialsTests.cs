using System.Runtime.Versioning;
using System.Text;
using SharpBuild.Image;
using SharpBuild.Image.Registry;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.Image.Registry;

[UnsupportedOSPlatform("windows")]
public sealed class DockerCredentialsTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task A_login_is_found_for_exactly_its_host()
    {
        Write(Logins(("https://reg.example/v1/", "ada:love:lace")));
        var found = await FindAsync("reg.example");
        Assert.Equal(("ada", "love:lace"), (found?.UserName, found?.Password));
        Assert.Null(await FindAsync("eg.example"));
        Assert.Null(await FindAsync("reg.example:5000"));
    }

    [Theory]
    [InlineData("https://index.docker.io/v1/")]
    [InlineData("docker.io")]
    public async Task Docker_Hub_is_found_under_its_old_and_its_new_name(string key)
    {
        Write(Logins((key, "ada:lovelace")));
        Assert.Equal("ada", (await FindAsync("docker.io"))?.UserName);
    }

    [Fact]
    public async Task An_identity_token_is_one()
    {
        Write("""{"auths":{"reg.example":{"auth":"bm9ib2R5Og==","identitytoken":"refresh"}}}""");
        Assert.Equal("refresh", (await FindAsync("reg.example"))?.IdentityToken);
    }

    [Fact]
    public async Task The_helper_of_a_registry_goes_before_the_file()
    {
        WriteHelper("ring", """read server; echo "{\"ServerURL\":\"$server\",\"Username\":\"<token>\",\"Secret\":\"for-$server\"}" """);
        Write(Logins("\"credHelpers\":{\"reg.example\":\"ring\"},", ("reg.example", "ada:lovelace")));
        var found = await FindAsync("reg.example");
        Assert.Equal(("for-reg.example", "docker-credential-ring"), (found?.IdentityToken, found?.Source));
    }

    [Fact]
    public async Task A_store_that_has_nothing_or_is_not_installed_leaves_the_file()
    {
        WriteHelper("empty", "echo 'credentials not found in native keychain'; exit 1");
        Write(Logins("\"credsStore\":\"empty\",", ("reg.example", "ada:lovelace")));
        Assert.Equal("ada", (await FindAsync("reg.example"))?.UserName);

        Write("""{"credsStore":"desktop.exe","auths":{"reg.example":{}}}""");
        Assert.Null(await FindAsync("reg.example"));
    }

    [Theory]
    [InlineData("""{"credHelpers":{"reg.example":"missing"}}""", "docker-credential-missing is not on the PATH")]
    [InlineData("""{"credHelpers":{"reg.example":"../../evil"}}""", "is not a program's name")]
    [InlineData("""{"credHelpers":{"reg.example":"locked"}}""", "exit code 3: the ring is locked")]
    [InlineData("""{"credHelpers":{"reg.example":"chatty"}}""", "not the JSON of credentials")]
    [InlineData("""{"auths":{"reg.example":{"auth":"???"}}}""", "not user:password in base64")]
    [InlineData("""{"auths":""", "is not a Docker configuration")]
    public async Task What_cannot_be_had_is_said(string config, string part)
    {
        WriteHelper("locked", "echo 'the ring is locked'; exit 3");
        WriteHelper("chatty", "echo hunter2");
        Write(config);
        var failure = await Assert.ThrowsAsync<ImageException>(async () => await FindAsync("reg.example"));
        Assert.Equal(ImageErrorCodes.Credentials, failure.Code);
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_files_of_podman_and_docker_are_read_in_order()
    {
        directory.Write("run/containers/auth.json", Logins(("one.example", "podman:p")));
        directory.Write("home/.docker/config.json", Logins(("one.example", "docker:p"), ("two.example", "docker:p")));
        var credentials = new DockerCredentials(name => name switch { "XDG_RUNTIME_DIR" => directory["run"], "HOME" => directory["home"], _ => null });
        Assert.Equal("podman", (await credentials.FindAsync("one.example", Cancellation))?.UserName);
        Assert.Equal("docker", (await credentials.FindAsync("two.example", Cancellation))?.UserName);
        Assert.Null(await credentials.FindAsync("three.example", Cancellation));
    }

    [Fact]
    public async Task What_a_CI_service_gives_in_a_variable_goes_before_the_files_and_leaves_them_the_rest()
    {
        Write(Logins(("one.example", "file:p"), ("two.example", "file:p")));
        var credentials = new DockerCredentials(name => name switch { "DOCKER_AUTH_CONFIG" => Logins(("one.example", "variable:p")), "DOCKER_CONFIG" => directory["docker"], _ => null });
        Assert.Equal("variable", (await credentials.FindAsync("one.example", Cancellation))?.UserName);
        Assert.Equal("file", (await credentials.FindAsync("two.example", Cancellation))?.UserName);

        var damaged = new DockerCredentials(name => name == "DOCKER_AUTH_CONFIG" ? "hunter2" : null);
        var failure = await Assert.ThrowsAsync<ImageException>(async () => await damaged.FindAsync("one.example", Cancellation));
        Assert.Contains("DOCKER_AUTH_CONFIG is not a Docker configuration", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failure.Message, StringComparison.Ordinal);
    }

    private static string Logins(params (string Key, string Login)[] logins) => Logins("", logins);

    private static string Logins(string more, params (string Key, string Login)[] logins) =>
        "{" + more + "\"auths\":{" + string.Join(',', logins.Select(login => $"\"{login.Key}\":{{\"auth\":\"{Base64(login.Login)}\"}}")) + "}}";

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private ValueTask<RegistryCredential?> FindAsync(string registry) =>
        new DockerCredentials(name => name switch { "DOCKER_CONFIG" => directory["docker"], "PATH" => directory["bin"], _ => null }).FindAsync(registry, Cancellation);

    private void Write(string config) => directory.Write("docker/config.json", config);

    private void WriteHelper(string name, string script) =>
        File.SetUnixFileMode(directory.Write($"bin/docker-credential-{name}", "#!/bin/sh\n" + script + "\n"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
