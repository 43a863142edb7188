using System.Text;
using SharpBuild.Cli;
using SharpBuild.Cli.Configuration;
using Xunit;

namespace SharpBuild.UnitTests.Cli;

public sealed class RegistrySettingsTests
{
    [Fact]
    public void Options_come_before_files()
    {
        var settings = new RegistrySettings();
        settings.AddMirror("docker.io=http://127.0.0.1:5000");
        settings.AddFile("config.json", Encoding.UTF8.GetBytes(
            """{ "registries": { "docker.io": { "mirrors": ["https://mirror.example"] }, "reg.local:5000": { "insecure": true } } }"""));
        var options = settings.ToOptions(TimeProvider.System);
        Assert.Equal(["http://127.0.0.1:5000/", "https://mirror.example/"], options.Mirrors["docker.io"].Select(uri => uri.ToString()));
        Assert.Contains("reg.local:5000", options.InsecureRegistries);
    }

    [Theory]
    [InlineData("{", "is not a config file")]
    [InlineData("[]", "is not a config file")]
    [InlineData("""{"registry":{}}""", "unknown setting 'registry'")]
    [InlineData("""{"registries":{"a":{"mirror":[]}}}""", "unknown setting 'mirror'")]
    [InlineData("""{"registries":{"a":{"mirrors":["ftp://x"]}}}""", "is not the address of a mirror")]
    public void A_wrong_file_is_named(string json, string part) => Assert.Contains(
        part, Assert.Throws<UsageException>(() => new RegistrySettings().AddFile("config.json", Encoding.UTF8.GetBytes(json))).Line, StringComparison.Ordinal);

    [Fact]
    public void A_mirror_without_registry_is_refused() => Assert.Throws<UsageException>(() => new RegistrySettings().AddMirror("http://127.0.0.1:5000"));

    [Theory]
    [InlineData("/given", null, null, "/h", false, "/given")]
    [InlineData(null, "/env", null, "/h", true, "/env")]
    [InlineData(null, null, null, "/h", true, "/var/lib/sharpbuild")]
    [InlineData(null, null, "/data", "/h", false, "/data/sharpbuild")]
    [InlineData(null, null, null, "/h", false, "/h/.local/share/sharpbuild")]
    public void The_store_is_found(string? given, string? root, string? data, string home, bool isRoot, string expected) => Assert.Equal(
        expected,
        StoreLocation.Resolve(given, name => name switch { "SHARPBUILD_ROOT" => root, "XDG_DATA_HOME" => data, "HOME" => home, _ => null }, isRoot));
}
