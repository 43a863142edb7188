using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary><c>--shell-on-error</c>, typed at through a terminal of util-linux's <c>script</c>.</summary>
[Trait("Rootless", "also")]
public sealed class FailedStepSpecs : IAsyncDisposable
{
    private readonly SharpBuildProgram sharpbuild = new();
    private readonly TemporaryDirectory work = new();

    public FailedStepSpecs() => Assert.SkipUnless(SharpBuildProgram.Program is not null, SharpBuildProgram.NotPublished);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await sharpbuild.DisposeAsync();
        work.Dispose();
    }

    [Fact]
    public async Task I_get_a_shell_where_a_step_failed_with_all_that_it_had()
    {
        await PrepareAsync("""
            FROM busybox AS other
            RUN echo bound > /from-other
            FROM busybox
            ENV NAME=variable
            USER 1000
            WORKDIR /tmp
            RUN --mount=type=bind,from=other,target=/mnt --mount=type=cache,target=/cache,uid=1000 --mount=type=secret,id=s,env=WORD echo made > /tmp/made; exit 7
            """);
        var (exitCode, screen) = await TypeAsync("build --shell-on-error --secret id=s,env=HOME", """echo [$(cat made /mnt/from-other) $(id -u) $NAME ${WORD:+secret}]; echo kept > /cache/x; exit 3""");

        Assert.Contains("exit code: 7", screen, StringComparison.Ordinal);
        Assert.Contains("[made bound 1000 variable secret]", screen, StringComparison.Ordinal);
        Assert.Equal(1, exitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(sharpbuild.Store, "sessions")));

        // What was done to the image's files is lost; a cache mount is what it always is.
        work.Write("context/Dockerfile", "FROM busybox\nRUN --mount=type=cache,target=/cache,uid=1000 cat /cache/x; ! ls /tmp/made\n");
        await sharpbuild.SucceedAsync(Cancellation, "build", work["context"]);
    }

    [Fact]
    public async Task A_root_without_a_shell_has_none_to_offer()
    {
        await PrepareAsync("FROM scratch\nCOPY --from=busybox /bin/busybox /\nRUN [\"/busybox\", \"false\"]\n");
        var (exitCode, screen) = await TypeAsync("build --shell-on-error", "exit");
        Assert.Contains("there is no shell in the failed step", screen, StringComparison.Ordinal);
        Assert.Equal(1, exitCode);
    }

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public async Task A_signal_ends_the_shell(string signal, int expected)
    {
        await PrepareAsync("FROM busybox\nRUN exit 1\n");

        var (exitCode, screen) = await TypeAsync("build --shell-on-error", "sleep 100", $"pkill -{signal} -f '^{SharpBuildProgram.Program} build --root {sharpbuild.Store} '");
        Assert.True(exitCode == expected, screen);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(sharpbuild.Store, "sessions")));
    }

    [Fact]
    public async Task Without_a_terminal_there_is_no_shell()
    {
        await PrepareAsync("FROM busybox\nRUN exit 1\n");
        var result = await sharpbuild.RunAsync(Cancellation, "build", "--shell-on-error", work["context"]);
        Assert.Equal(125, result.ExitCode);
        Assert.Contains("needs a terminal", result.Error, StringComparison.Ordinal);
    }

    private async Task PrepareAsync(string dockerfile)
    {
        await sharpbuild.ImportBusyboxAsync(Cancellation);
        work.Write("context/Dockerfile", dockerfile);
    }

    /// <summary>Types a line as soon as the shell is announced, and gives back what the screen showed.</summary>
    private async Task<(int ExitCode, string Screen)> TypeAsync(string words, string line, string then = "true")
    {
        var command = sharpbuild.Command([.. words.Split(' '), work["context"]]);
        var screen = work.Write("screen", "");
        var typed = work.Write("typed", line + "\n");
        var quoted = string.Join(' ', command.Arguments.Prepend(command.Program).Select(static word => $"'{word}'"));
        const string Script = """
            { until grep -q 'A shell in the failed step' "$2"; do sleep 0.05; [ -e "$2.over" ] && break; done; cat "$3"; sleep 0.2; eval "$4"; until [ -e "$2.over" ]; do sleep 0.05; done; } |
              { script -qefc "$1" "$2" >/dev/null; code=$?; touch "$2.over"; exit $code; }
            """;
        var result = await new Command("bash", "-c", Script, "bash", quoted, screen, typed, then) { Environment = command.Environment, Limit = TimeSpan.FromMinutes(1) }.RunAsync(Cancellation);
        return (result.ExitCode, await File.ReadAllTextAsync(screen, Cancellation));
    }
}
