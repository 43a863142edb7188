using System.Diagnostics;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>Dockerfiles that are no ordinary files.</summary>
public sealed class DockerfileSpecs : IAsyncLifetime
{
    private readonly SharpBuildProgram sharpbuild = new();
    private readonly TemporaryDirectory directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(SharpBuildProgram.Program is null, SharpBuildProgram.NotPublished);
        Directory.CreateDirectory(directory["context"]);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await sharpbuild.DisposeAsync();
        directory.Dispose();
    }

    [Theory]
    [Trait("Rootless", "also")]
    [InlineData("INT", 130, "fifo")]
    [InlineData("TERM", 143, "fifo")]
    [InlineData("TERM", 143, "-")]
    public async Task A_signal_ends_the_wait_for_a_dockerfile_that_nobody_writes(string signal, int expected, string file)
    {
        await new Command("mkfifo", directory["fifo"]).SucceedAsync(Cancellation);
        using var build = sharpbuild.Start("build", "-f", file == "-" ? file : directory[file], directory["context"]);
        await Task.Delay(TimeSpan.FromSeconds(1), Cancellation);
        Assert.False(build.HasExited);
        Assert.Equal(expected, await EndAsync(build, signal));
    }

    [Fact]
    [Trait("Rootless", "also")]
    public async Task A_signal_ends_the_wait_for_a_context_that_nobody_sends()
    {
        using var build = sharpbuild.Start("build", "-");
        await Task.Delay(TimeSpan.FromSeconds(1), Cancellation);
        Assert.Equal(143, await EndAsync(build, "TERM"));
    }

    [Fact]
    public async Task A_dockerfile_may_come_through_a_fifo()
    {
        await new Command("mkfifo", directory["fifo"]).SucceedAsync(Cancellation);
        var build = sharpbuild.Command("build", "-q", "-f", directory["fifo"], directory["context"]).SucceedAsync(Cancellation);
        await File.WriteAllTextAsync(directory["fifo"], "FROM scratch\nLABEL from=fifo\n", Cancellation);
        Assert.StartsWith("sha256:", await build, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_without_an_end_is_no_dockerfile()
    {
        var result = await sharpbuild.RunAsync(Cancellation, "check", "-f", "/dev/zero", directory["context"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("'/dev/zero' is not a Dockerfile: it is longer than 16 MiB [SB4003]", result.Error, StringComparison.Ordinal);
    }

    // With the signal's number to the process itself: Process.Kill knows no other than SIGKILL.
    private static async Task<int> EndAsync(Process build, string signal)
    {
        await new Command("kill", $"-{signal}", $"{build.Id}").SucceedAsync(Cancellation);
        await build.WaitForExitAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        return build.ExitCode;
    }
}
