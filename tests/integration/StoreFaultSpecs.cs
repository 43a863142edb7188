using System.Diagnostics;
using System.Globalization;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>
/// Builds that are killed, or that run out of disk, at any instant: the store stays good, the next build gives the same image, and
/// nothing of the dead ones remains. SHARPBUILD_KILLS sets how many are killed; tests/torture-store.sh kills thousands.
/// </summary>
public sealed class StoreFaultSpecs : IAsyncDisposable
{
    // Times and owners fixed, so that the image of a round is the same whoever builds it, and whenever.
    private const string Dockerfile = """
        FROM busybox AS tools
        ARG ROUND
        RUN mkdir /tools && echo "$ROUND" > /tools/version && touch -d @0 /tools/version /tools /
        FROM busybox
        COPY files /files
        ARG ROUND
        RUN --mount=type=cache,target=/cache echo "$ROUND" >> /cache/log; seq 20000 > /files/numbers; rm /files/7; touch -d @0 /files/numbers /files /
        COPY --from=tools /tools /tools
        RUN echo "$ROUND" > /last && touch -d @0 /last /
        """;

    private readonly SharpBuildProgram sharpbuild = new();
    private readonly SharpBuildProgram other = new();
    private readonly TemporaryDirectory context = new();
    private readonly Random random = new(20260301);

    // On a slow machine fewer are killed; who asks for a number gets it.
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(25);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static bool IsCounted => Environment.GetEnvironmentVariable("SHARPBUILD_KILLS") is not null;

    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("SHARPBUILD_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 200;

    public async ValueTask DisposeAsync()
    {
        await sharpbuild.DisposeAsync();
        await other.DisposeAsync();
        context.Dispose();
    }

    [Fact]
    public async Task Builds_that_are_killed_at_any_instant_leave_a_store_that_the_next_one_uses()
    {
        await PrepareAsync();
        var length = await TimeAsync();
        var watch = Stopwatch.StartNew();
        for (var kill = 0; kill < Kills && (IsCounted || watch.Elapsed < LongestRun); kill++)
        {
            await KillAsync(round: kill / 4, TimeSpan.FromMilliseconds(Fraction() * length.TotalMilliseconds * 1.1));
            if (kill % 8 == 7)
            {
                await AssertUndamagedAsync();
            }

            if (kill % 40 == 39)
            {
                Assert.Equal(await DigestAsync(other, kill / 4), await DigestAsync(sharpbuild, kill / 4));
            }
        }

        await AssertCleanAsync();
    }

    [Theory]
    [InlineData("size=2200k")]
    [InlineData("size=2700k")]
    [InlineData("size=3200k")]
    [InlineData("nr_inodes=330,size=64m")]
    [InlineData("nr_inodes=400,size=64m")]
    [InlineData("nr_inodes=610,size=64m")]
    public async Task A_build_on_a_full_disk_says_so_and_goes_on_when_there_is_room(string limits)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a small disk needs root");
        await PrepareAsync();
        var expected = await DigestAsync(other, 1);
        using var disk = new TemporaryDirectory();
        await new Command("mount", "-t", "tmpfs", "-o", limits, "tmpfs", disk.Path).SucceedAsync(Cancellation);
        try
        {
            await new Command("cp", "-a", $"{sharpbuild.Store}/.", disk.Path).SucceedAsync(Cancellation);
            var full = await On(disk, Build(1)).RunAsync(Cancellation);
            Assert.True(full.ExitCode == 1 && full.Error.Contains("No space left on device", StringComparison.Ordinal), full.ToString());
            Assert.DoesNotContain("SB9001", full.Error, StringComparison.Ordinal);
            await On(disk, ["store", "check"]).SucceedAsync(Cancellation);
            await new Command("mount", "-o", "remount,size=64m,nr_inodes=100000", disk.Path).SucceedAsync(Cancellation);
            Assert.Equal(expected, await On(disk, Build(1)).SucceedAsync(Cancellation));
            await On(disk, ["store", "check"]).SucceedAsync(Cancellation);
        }
        finally
        {
            await new Command("umount", disk.Path).SucceedAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task An_image_whose_middle_step_is_forgotten_keeps_its_times()
    {
        await PrepareAsync();
        await DigestAsync(sharpbuild, 1);
        var records = Directory.EnumerateFiles(Path.Join(sharpbuild.Store, "records"), "*", SearchOption.AllDirectories);
        foreach (var record in records.Where(file => File.ReadAllText(file).Contains("COPY files", StringComparison.Ordinal)).ToList())
        {
            File.Delete(record);
        }

        // The step above is still found, and stands on the layer that was made then.
        Assert.Equal(await DigestAsync(other, 1), await DigestAsync(sharpbuild, 1));
    }

#pragma warning disable CA5394 // Instants to kill at are no secret, and the same ones come again.
    private double Fraction() => random.NextDouble();
#pragma warning restore CA5394

    private static string[] BuildOf(string context, int round) => ["build", "-q", "--build-arg", $"ROUND={round}", context];

    private string[] Build(int round) => BuildOf(context.Path, round);

    private async Task PrepareAsync()
    {
        Assert.SkipWhen(SharpBuildProgram.Program is null, SharpBuildProgram.NotPublished);
        Assert.SkipUnless(File.Exists("/bin/busybox"), "busybox-static is not installed");
        context.Write("Dockerfile", Dockerfile);
        for (var file = 0; file < 300; file++)
        {
            File.SetLastWriteTimeUtc(context.Write($"files/{file}", new string((char)('a' + (file % 26)), file * 20)), DateTime.UnixEpoch);
        }

        Directory.SetLastWriteTimeUtc(context["files"], DateTime.UnixEpoch);
        await sharpbuild.ImportBusyboxAsync(Cancellation);

        // A copy: an import writes down when it was.
        await new Command("cp", "-a", sharpbuild.Store, other.Store).SucceedAsync(Cancellation);
    }

    private static Command On(TemporaryDirectory disk, string[] words) => new(SharpBuildProgram.Program!, ["--root", disk.Path, .. words])
    {
        Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["SHARPBUILD_UPKEEP"] = "off", ["SOURCE_DATE_EPOCH"] = "1" },
    };

    private async Task<string> DigestAsync(SharpBuildProgram program, int round)
    {
        var command = program.Command(Build(round));
        return await (command with { Environment = WithEpoch(command) }).SucceedAsync(Cancellation);
    }

    private static Dictionary<string, string?> WithEpoch(Command command) => new(command.Environment, StringComparer.Ordinal) { ["SOURCE_DATE_EPOCH"] = "1" };

    private async Task<TimeSpan> TimeAsync()
    {
        var watch = Stopwatch.StartNew();
        await DigestAsync(sharpbuild, -1);
        return watch.Elapsed;
    }

    private async Task KillAsync(int round, TimeSpan after)
    {
        var command = sharpbuild.Command(Build(round));
        using var process = (command with { Environment = WithEpoch(command) }).Start();
        await Task.Delay(after, Cancellation);
        process.Kill(entireProcessTree: false);
        await process.WaitForExitAsync(Cancellation);
    }

    private async Task AssertUndamagedAsync()
    {
        var check = await sharpbuild.RunAsync(Cancellation, "store", "check", "--full");
        Assert.True(check.ExitCode == 0 && !check.Output.Contains("damaged:", StringComparison.Ordinal), check.ToString());
    }

    private async Task AssertCleanAsync()
    {
        // A build that makes something sweeps what the dead ones were making; what they had finished waits for the collector.
        await DigestAsync(sharpbuild, int.MaxValue);
        await sharpbuild.SucceedAsync(Cancellation, "store", "check", "--repair");
        var check = await sharpbuild.SucceedAsync(Cancellation, "store", "check", "--full");
        Assert.Equal("no problems found\n", check);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Join(sharpbuild.Store, "sessions")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Join(sharpbuild.Store, "locks")));
        Assert.DoesNotContain(sharpbuild.Store, await File.ReadAllTextAsync("/proc/self/mountinfo", Cancellation), StringComparison.Ordinal);
        var processes = await new Command("ps", "-eo", "args").SucceedAsync(Cancellation);
        Assert.DoesNotContain(sharpbuild.Store, processes, StringComparison.Ordinal);
    }
}
