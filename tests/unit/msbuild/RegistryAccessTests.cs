using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Build.Utilities;
using SharpBuild.MSBuild;
using Xunit;

namespace SharpBuild.UnitTests.MSBuild;

public sealed class RegistryAccessTests
{
    [Theory]
    [InlineData("reg.example:5000/a:1", "reg.example:5000")]
    [InlineData("localhost/a", "localhost")]
    [InlineData("team/a:1", "https://index.docker.io/v1/")]
    [InlineData("a:1", "https://index.docker.io/v1/")]
    public void A_login_is_for_the_registry_that_is_pushed_to_and_no_other(string name, string registry)
    {
        var logins = Logins(name, ("DOTNET_CONTAINER_REGISTRY_UNAME", "ada"), ("DOTNET_CONTAINER_REGISTRY_PWORD", "lov:e"));
        var (key, login) = Assert.Single(logins);
        Assert.Equal((registry, "ada:lov:e"), (key, Encoding.UTF8.GetString(Convert.FromBase64String((string)login!["auth"]!))));
    }

    [Fact]
    public void Other_logins_stay_and_a_token_is_one()
    {
        var logins = Logins(
            "reg.example/a", ("SDK_CONTAINER_REGISTRY_UNAME", "old"), ("SDK_CONTAINER_REGISTRY_PWORD", "old"), ("DOTNET_CONTAINER_PUSH_REGISTRY_UNAME", "<token>"),
            ("DOTNET_CONTAINER_PUSH_REGISTRY_PWORD", "secret"), ("DOCKER_AUTH_CONFIG", """{"auths":{"other.example":{"auth":"eA=="}}}"""));
        Assert.Equal(["other.example", "reg.example"], logins.Select(login => login.Key));
        Assert.Equal("secret", (string)logins["reg.example"]!["identitytoken"]!);
    }

    [Fact]
    public void Nobody_is_told_a_password_for_an_image_that_stays_here() =>
        Assert.Empty(new RegistryAccess(_ => "x").VariablesFor(new TaskItem("Dockerfile")));

    [Fact]
    public void Insecure_registries_are_options_and_what_does_nothing_is_named()
    {
        var access = Access(("DOTNET_CONTAINER_INSECURE_REGISTRIES", "a:1, b;"), ("DOTNET_CONTAINER_PULL_REGISTRY_UNAME", "x"));
        Assert.Equal(["--insecure-registry", "a:1", "--insecure-registry", "b"], access.Options);
        Assert.Equal(["DOTNET_CONTAINER_PULL_REGISTRY_UNAME"], access.Unused);
    }

    private static RegistryAccess Access(params (string Name, string Value)[] variables) =>
        new(name => Array.Find(variables, variable => variable.Name == name).Value);

    private static JsonObject Logins(string tag, params (string Name, string Value)[] variables)
    {
        var image = new TaskItem("Dockerfile");
        image.SetMetadata("Push", "true");
        image.SetMetadata("Tags", tag);
        var (name, value) = Assert.Single(Access(variables).VariablesFor(image));
        Assert.Equal("DOCKER_AUTH_CONFIG", name);
        return JsonNode.Parse(value)!["auths"]!.AsObject();
    }
}
