using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>Many builds at once on one store, while others prune and check it.</summary>
public sealed class StoreStressSpecs : IAsyncDisposable
{
    private const int Builders = 16;
    private readonly SharpBuildProgram sharpbuild = new();
    private readonly TemporaryDirectory context = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await sharpbuild.DisposeAsync();
        context.Dispose();
    }

    [Fact]
    public async Task A_step_that_many_builds_share_runs_once_and_the_others_say_that_they_wait()
    {
        await PrepareAsync("""
            FROM busybox
            RUN --mount=type=cache,target=/cache echo ran >> /cache/log; sleep 1; cp /cache/log /log
            CMD ["cat", "/log"]
            """);
        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => sharpbuild.RunAsync(Cancellation, "build", "-t", $"same{number}", context.Path)));
        Assert.All(results, result => Assert.True(result.ExitCode == 0, result.ToString()));
        Assert.Contains(results, result => result.Error.Contains("waiting for another sharpbuild process", StringComparison.Ordinal));
        Assert.Equal("ran\n", await sharpbuild.SucceedAsync(Cancellation, "run", "--rm", "same3"));
    }

    [Fact]
    public async Task Who_waits_for_a_build_that_dies_does_the_work_itself()
    {
        await PrepareAsync("""
            FROM busybox
            RUN sleep 2; echo done > /done
            CMD ["cat", "/done"]
            """);
        using var first = sharpbuild.Start("build", context.Path);
        await Task.Delay(TimeSpan.FromMilliseconds(800), Cancellation);
        var second = sharpbuild.RunAsync(Cancellation, "build", "-t", "second", context.Path);
        await Task.Delay(TimeSpan.FromMilliseconds(500), Cancellation);
        first.Kill(entireProcessTree: false);
        var result = await second;
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal("done\n", await sharpbuild.SucceedAsync(Cancellation, "run", "--rm", "second"));
    }

    [Fact]
    public async Task Sixteen_builders_and_a_pruner_do_each_other_no_harm()
    {
        await PrepareAsync("""
            FROM busybox AS shared
            COPY Dockerfile /shared/
            RUN seq 1000 > /shared/numbers
            FROM shared
            ARG NUMBER
            RUN --mount=type=cache,target=/cache echo "$NUMBER" >> /cache/log; echo "$NUMBER" > /number
            COPY --from=shared /shared /copied
            RUN test "$(cat /number)" = "$NUMBER" && test "$(wc -l < /copied/numbers)" = 1000
            CMD ["cat", "/number"]
            """);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        over.CancelAfter(TimeSpan.FromSeconds(12));
        var builders = Enumerable.Range(0, Builders).Select(number => BuildAsync(number, over.Token)).ToList();
        var pruned = PruneAsync(over.Token);
        await Task.WhenAll([.. builders, pruned]);
        var check = await sharpbuild.RunAsync(Cancellation, "store", "check", "--full");
        Assert.True(check.ExitCode == 0 && !check.Output.Contains("damaged:", StringComparison.Ordinal), check.ToString());
        for (var number = 0; number < Builders; number++)
        {
            Assert.Equal($"{number}\n", await sharpbuild.SucceedAsync(Cancellation, "run", "--rm", $"stress{number}"));
        }
    }

    private async Task BuildAsync(int number, CancellationToken over)
    {
        // The second time round all of it comes from the cache, unless the pruner was faster.
        do
        {
            var result = await sharpbuild.RunAsync(Cancellation, "build", "--build-arg", $"NUMBER={number}", "-t", $"stress{number}", context.Path);
            Assert.True(result.ExitCode == 0, result.ToString());
        }
        while (!over.IsCancellationRequested);
    }

    private async Task PruneAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await sharpbuild.SucceedAsync(Cancellation, "prune", "-af");
            await Task.Delay(TimeSpan.FromMilliseconds(200), Cancellation);
        }
    }

    private async Task PrepareAsync(string dockerfile)
    {
        Assert.SkipWhen(SharpBuildProgram.Program is null, SharpBuildProgram.NotPublished);
        Assert.SkipUnless(File.Exists("/bin/busybox"), "busybox-static is not installed");
        context.Write("Dockerfile", dockerfile);
        await sharpbuild.ImportBusyboxAsync(Cancellation);
    }
}
