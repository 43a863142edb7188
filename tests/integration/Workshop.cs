using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>A store that has busybox, and a directory to build from.</summary>
internal sealed class Workshop : IAsyncDisposable
{
    private readonly TemporaryDirectory directory = new();

    private Workshop() => Directory.CreateDirectory(Context);

    /// <summary>The program and its store.</summary>
    public SharpBuildProgram Program { get; } = new();

    /// <summary>The build context.</summary>
    public string Context => directory["context"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Opens one, or skips the test where there is no program to test.</summary>
    public static async Task<Workshop> OpenAsync()
    {
        Assert.SkipWhen(SharpBuildProgram.Program is null, SharpBuildProgram.NotPublished);
        var workshop = new Workshop();
        await workshop.Program.ImportBusyboxAsync(Cancellation);
        return workshop;
    }

    /// <summary>A path outside of the context.</summary>
    public string Outside(string name) => directory[name];

    /// <summary>Writes a file of the context.</summary>
    public void Write(string path, string text) => directory.Write($"context/{path}", text);

    /// <summary>Builds a Dockerfile and fails unless that succeeds; the result's error text is the plain progress.</summary>
    public async Task<CommandResult> BuildAsync(string dockerfile, params IReadOnlyList<string> options)
    {
        var result = await TryBuildAsync(dockerfile, options);
        Assert.True(result.ExitCode == 0, result.Error);
        return result;
    }

    /// <summary>Builds a Dockerfile that may fail.</summary>
    public Task<CommandResult> TryBuildAsync(string dockerfile, params IReadOnlyList<string> options) =>
        Command(dockerfile, options).RunAsync(Cancellation);

    /// <summary>The command that builds a Dockerfile.</summary>
    public Command Command(string dockerfile, params IReadOnlyList<string> options)
    {
        Write("Dockerfile", dockerfile);
        return Program.Command(["build", "--progress", "plain", .. options, Context]);
    }

    public async ValueTask DisposeAsync()
    {
        await Program.DisposeAsync();
        directory.Dispose();
    }
}
