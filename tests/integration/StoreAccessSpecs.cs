using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>What other users of the machine can do with a store of root's: nothing.</summary>
public sealed class StoreAccessSpecs
{
    private const string Other = "nobody";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("0000")]
    [InlineData("0022")]
    [InlineData("0777")]
    public async Task Another_user_reads_and_runs_nothing_of_it(string umask)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can become somebody else");
        await using var workshop = await Workshop.OpenAsync();
        using var open = new TemporaryDirectory();
        File.SetUnixFileMode(open.Path, (UnixFileMode)0b111_101_101);
        var store = open["store"];
        await new Command("cp", "-a", workshop.Program.Store, store).SucceedAsync(Cancellation);

        // As earlier versions left it.
        await new Command("chmod", "-R", "go+rX", store).SucceedAsync(Cancellation);
        workshop.Write("Dockerfile", """
            FROM busybox
            ARG TOKEN=hunter2
            RUN --mount=type=cache,target=/cache cp /bin/busybox /cache/tool && chmod 4755 /cache/tool
            RUN cp /bin/busybox /tool && chmod 4755 /tool
            RUN --mount=type=cache,target=/cache,uid=1000 id -u; test -u /tool
            """);
        var build = new Command("sh", "-c", "umask \"$0\" && exec \"$@\"", umask, SharpBuildProgram.Program!, "build", "--root", store, "--network", "host", "-t", "made", workshop.Context)
        {
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["SHARPBUILD_UPKEEP"] = "off" },
        };
        await build.SucceedAsync(Cancellation);

        var tool = (await new Command("find", store, "-name", "tool", "-perm", "-4000").SucceedAsync(Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, tool.Length);
        foreach (var path in tool)
        {
            Assert.NotEqual(0, (await As(Other, path, "id", "-u").RunAsync(Cancellation)).ExitCode);
        }

        var seen = await As(Other, "find", store, "-mindepth", "1").RunAsync(Cancellation);
        Assert.Equal("", seen.Output);
        foreach (var directory in new[] { "records", "layers", "blobs", "cache-mounts", "volumes", "containers", "sessions" })
        {
            Assert.NotEqual(0, (await As(Other, "ls", Path.Join(store, directory)).RunAsync(Cancellation)).ExitCode);
        }
    }

    [Fact]
    [Trait("Rootless", "also")]
    public async Task A_container_of_another_user_reaches_all_that_it_needs()
    {
        await using var workshop = await Workshop.OpenAsync();
        var result = await workshop.Program.RunAsync(
            Cancellation, "run", "--rm", "--user", "1000:1000", "-v", "data:/data", "busybox", "sh", "-c", "cat /etc/hosts /etc/resolv.conf >/dev/null && ls /data /bin >/dev/null && id -u");
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal("1000\n", result.Output);
    }

    private static Command As(string user, params IReadOnlyList<string> command) => new("runuser", ["-u", user, "--", .. command]);
}
