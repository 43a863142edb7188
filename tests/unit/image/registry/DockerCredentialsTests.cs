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
        Assert.Equal("podman", (await credentials.FindAsync("one.example", "team/app", Cancellation))?.UserName);
        Assert.Equal("docker", (await credentials.FindAsync("two.example", "team/app", Cancellation))?.UserName);
        Assert.Null(await credentials.FindAsync("three.example", "team/app", Cancellation));
    }

    [Fact]
    public async Task What_a_CI_service_gives_in_a_variable_goes_before_the_files_and_leaves_them_the_rest()
    {
        Write(Logins(("one.example", "file:p"), ("two.example", "file:p")));
        var credentials = new DockerCredentials(name => name switch { "DOCKER_AUTH_CONFIG" => Logins(("one.example", "variable:p")), "DOCKER_CONFIG" => directory["docker"], _ => null });
        Assert.Equal("variable", (await credentials.FindAsync("one.example", "team/app", Cancellation))?.UserName);
        Assert.Equal("file", (await credentials.FindAsync("two.example", "team/app", Cancellation))?.UserName);

        var damaged = new DockerCredentials(name => name == "DOCKER_AUTH_CONFIG" ? "hunter2" : null);
        var failure = await Assert.ThrowsAsync<ImageException>(async () => await damaged.FindAsync("one.example", "team/app", Cancellation));
        Assert.Contains("DOCKER_AUTH_CONFIG is not a Docker configuration", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_for_a_part_of_a_registry_is_found_by_the_longest_prefix()
    {
        Write(Logins(("reg.example", "whole:p"), ("reg.example/team", "team:p"), ("reg.example/team/app", "app:p"), ("reg.example/te", "other:p")));
        Assert.Equal("app", (await FindAsync("reg.example", "team/app"))?.UserName);
        Assert.Equal("app", (await FindAsync("reg.example", "team/app/deep"))?.UserName);
        Assert.Equal("team", (await FindAsync("reg.example", "team/application"))?.UserName);
        Assert.Equal("whole", (await FindAsync("reg.example", "te2/app"))?.UserName);
        Write(Logins(("docker.io/team", "team:p"), ("reg.example/team", "team:p")));
        Assert.Equal("team", (await FindAsync("docker.io", "team/app"))?.UserName);
        Assert.Null(await FindAsync("docker.io", "library/app"));
        Assert.Null(await FindAsync("reg.example", "other"));
    }

    [Theory]
    [InlineData("reg.example/v1/")]
    [InlineData("http://reg.example")]
    [InlineData("https://REG.example/v2/")]
    [InlineData("reg.example/")]
    public async Task A_key_may_be_an_old_one(string key)
    {
        Write(Logins((key, "ada:lovelace")));
        Assert.Equal("ada", (await FindAsync("reg.example"))?.UserName);
    }

    [Theory]
    [InlineData("""{"auths":{"other.example":{"auth":"???"},"reg.example/x":5,"reg.example":{"auth":"YWRhOmE="}}}""")]
    [InlineData("""{"auths":{"other.example":7,"reg.example":{"auth":"YWRhOmE="}},"credHelpers":{"other.example":7}}""")]
    [InlineData("""{"auths":{"reg.example":{"auth":"YWRhOmE="}},"credHelpers":{"other.example":"missing"}}""")]
    [InlineData("""{"auths":{"reg.example":{"username":"ada","password":"a"}},"credHelpers":[],"credsStore":5}""")]
    public async Task What_is_damaged_elsewhere_is_no_obstacle(string config)
    {
        Write(config);
        Assert.Equal("ada", (await FindAsync("reg.example"))?.UserName);
    }

    [Fact]
    public async Task A_store_that_fails_keeps_nobody_from_where_there_never_was_a_login()
    {
        WriteHelper("locked", "echo 'the ring is locked'; exit 3");
        Write("""{"credsStore":"locked","auths":{"mine.example":{}}}""");
        Assert.Null(await FindAsync("reg.example"));
        await Assert.ThrowsAsync<ImageException>(async () => await FindAsync("mine.example"));
    }

    [Fact]
    public async Task A_damaged_file_counts_when_no_other_has_anything()
    {
        directory.Write("run/containers/auth.json", "{");
        directory.Write("home/.docker/config.json", Logins(("one.example", "docker:p")));
        var credentials = new DockerCredentials(name => name switch { "XDG_RUNTIME_DIR" => directory["run"], "HOME" => directory["home"], _ => null });
        Assert.Equal("docker", (await credentials.FindAsync("one.example", "app", Cancellation))?.UserName);
        await Assert.ThrowsAsync<ImageException>(async () => await credentials.FindAsync("two.example", "app", Cancellation));
    }

    [Fact]
    public async Task All_places_are_looked_into()
    {
        directory.Write("config/containers/auth.json", Logins(("a.example", "a:p")));
        directory.Write("home/.config/containers/auth.json", Logins(("b.example", "b:p")));
        directory.Write("home/.dockercfg", "{\"c.example\":{\"auth\":\"" + Base64("c:p") + "\",\"email\":\"x\"}}");
        directory.Write("auth.json", Logins(("d.example", "d:p")));
        Func<string, string?> home = name => name == "HOME" ? directory["home"] : null;
        await AssertAsync("a.example", name => name == "XDG_CONFIG_HOME" ? directory["config"] : home(name));
        await AssertAsync("b.example", home);
        await AssertAsync("c.example", home);
        await AssertAsync("d.example", name => name == "REGISTRY_AUTH_FILE" ? directory["auth.json"] : home(name));

        async Task AssertAsync(string registry, Func<string, string?> lookup) =>
            Assert.Equal(registry[..1], (await new DockerCredentials(lookup).FindAsync(registry, "app", Cancellation))?.UserName);
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/proc")]
    [InlineData("fifo")]
    public async Task Only_an_ordinary_file_is_read(string target)
    {
        if (target == "fifo")
        {
            target = directory["fifo"];
            await new Command("mkfifo", target).SucceedAsync(Cancellation);
        }

        Directory.CreateDirectory(directory["docker"]);
        File.CreateSymbolicLink(directory["docker/config.json"], target);
        var failure = await Assert.ThrowsAsync<ImageException>(() => FindAsync("reg.example").AsTask().WaitAsync(TimeSpan.FromSeconds(10), Cancellation));
        Assert.Contains("not an ordinary file", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_helper_that_never_stops_talking_is_cut_short()
    {
        WriteHelper("endless", "yes '{'");
        Write("""{"credHelpers":{"reg.example":"endless"}}""");
        await Assert.ThrowsAsync<ImageException>(() => FindAsync("reg.example").AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancellation));
    }

    [Fact]
    public async Task A_helper_is_asked_once_and_for_each_name_of_the_Hub()
    {
        WriteHelper("ring", $"read s; echo \"$s\" >>{directory["asked"]}; [ \"$s\" = docker.io ] && echo '{{\"Username\":\"ada\",\"Secret\":\"x\"}}' && exit; echo credentials not found; exit 1");
        Write("""{"credHelpers":{"docker.io":"ring"}}""");
        var credentials = Credentials();
        Assert.Equal("ada", (await credentials.FindAsync("docker.io", "one", Cancellation))?.UserName);
        Assert.Equal("ada", (await credentials.FindAsync("docker.io", "two", Cancellation))?.UserName);
        Assert.Equal(["https://index.docker.io/v1/", "docker.io"], await File.ReadAllLinesAsync(directory["asked"], Cancellation));
    }

    private static string Logins(params (string Key, string Login)[] logins) => Logins("", logins);

    private static string Logins(string more, params (string Key, string Login)[] logins) =>
        "{" + more + "\"auths\":{" + string.Join(',', logins.Select(login => $"\"{login.Key}\":{{\"auth\":\"{Base64(login.Login)}\"}}")) + "}}";

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private ValueTask<RegistryCredential?> FindAsync(string registry, string repository = "team/app") => Credentials().FindAsync(registry, repository, Cancellation);

    private DockerCredentials Credentials() =>
        new(name => name switch { "DOCKER_CONFIG" => directory["docker"], "PATH" => directory["bin"] + ":/usr/bin:/bin", _ => null });

    private void Write(string config) => directory.Write("docker/config.json", config);

    private void WriteHelper(string name, string script) =>
        File.SetUnixFileMode(directory.Write($"bin/docker-credential-{name}", "#!/bin/sh\n" + script + "\n"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
