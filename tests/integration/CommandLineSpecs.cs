using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>The program among other programs: streams, exit codes.</summary>
public sealed class CommandLineSpecs : IAsyncDisposable
{
    private readonly SharpBuildProgram sharpbuild = new();

    public CommandLineSpecs() => Assert.SkipUnless(SharpBuildProgram.Program is not null, SharpBuildProgram.NotPublished);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => sharpbuild.DisposeAsync();

    [Theory]
    [InlineData("images")]
    [InlineData("build --help")]
    public async Task An_output_that_cannot_be_written_is_an_error(string words)
    {
        var result = await ShellAsync($"\"$@\" {words} >/dev/full");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("ERROR: No space left on device [SB9002]\n", result.Error);
    }

    [Fact]
    public async Task A_reader_that_has_enough_is_none()
    {
        var result = await ShellAsync("\"$@\" build --help | head -n 1; exit ${PIPESTATUS[0]}");
        Assert.True(result.ExitCode is 0 or 141 && result.Error.Length == 0, result.ToString());
    }

    [Theory]
    [InlineData("check -f /dev/zero", "SB4003", 1)]
    [InlineData("build --push /", "SB4002", 1)]
    [InlineData("build --cache-to type=inline,mode=max .", "SB0122", 125)]
    public async Task A_command_that_cannot_be_done_ends_with_one_error_and_its_exit_code(string words, string code, int exitCode)
    {
        using var directory = new TemporaryDirectory();
        directory.Write("Dockerfile", "FROM scratch\n");
        var result = await ShellAsync($"cd '{directory.Path}'; \"$@\" {words}");
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains($"[{code}]", Assert.Single(result.Error.Split('\n'), line => line.StartsWith("ERROR", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private Task<CommandResult> ShellAsync(string script)
    {
        var environment = new Dictionary<string, string?>(sharpbuild.Command("images").Environment, StringComparer.Ordinal) { ["SHARPBUILD_ROOT"] = sharpbuild.Store };
        return new Command("bash", "-c", script, "bash", SharpBuildProgram.Program!) { Environment = environment }.RunAsync(Cancellation);
    }
}
