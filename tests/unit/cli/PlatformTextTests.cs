using SharpBuild.Cli;
using SharpBuild.Cli.Arguments;
using SharpBuild.Cli.Commands;
using SharpBuild.Image;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.Cli;

public sealed class PlatformTextTests
{
    [Fact]
    public void A_platform_is_named_or_this_machine_s()
    {
        Assert.Equal("linux/arm64", PlatformText.TryRead("linux/aarch64")!.ToString());
        Assert.Equal(Platform.Host, PlatformText.Read("local"));
        Assert.Equal(Platform.Host, PlatformText.ReadDefault(""));
        Assert.Null(PlatformText.TryRead(null));
    }

    [Theory]
    [InlineData("bogus/")]
    [InlineData("a/b/c/d")]
    [InlineData("foo")]
    [InlineData("")]
    public async Task Every_command_refuses_what_is_none(string text)
    {
        using var directory = new TemporaryDirectory();
        var archive = directory.Write("x.tar", "");
        (string Name, string[] Words)[] commands =
        [
            ("inspect", ["x"]), ("pull", ["x"]), ("push", ["x"]), ("save", ["x"]), ("load", ["-i", archive]), ("import", [archive, "x"]), ("run", ["x"]),
        ];
        using var host = new CommandHost(name => name == "SHARPBUILD_ROOT" ? directory.Path : null, TimeProvider.System);
        foreach (var (name, words) in commands)
        {
            var command = CommandTable.Find(name)!.Create();
            var arguments = CommandRunner.Parse(command, ["--platform", text, .. words])!;
            var line = (await Assert.ThrowsAsync<UsageException>(() => command.RunAsync(arguments, host))).Line;
            Assert.StartsWith($"--platform: '{text}' is ", line, StringComparison.Ordinal);
        }
    }
}
