using System.Diagnostics;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>The process that a build starts in the background: nobody waits for it, and a reboot costs no rebuild.</summary>
[Trait("Rootless", "also")]
public sealed class UpkeepSpecs : IAsyncDisposable
{
    private readonly SharpBuildProgram sharpbuild = new();
    private readonly TemporaryDirectory context = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Flushes => Path.Join(sharpbuild.Store, "flushes");

    public async ValueTask DisposeAsync()
    {
        // It may still be at work.
        while (await IsRunningAsync())
        {
            await Task.Delay(50, CancellationToken.None);
        }

        await sharpbuild.DisposeAsync();
        context.Dispose();
    }

    [Fact]
    public async Task A_build_that_made_something_is_put_on_the_disk_behind_my_back_and_one_that_did_not_is_not()
    {
        await PrepareAsync();

        // What was imported by hand was put on the disk at once.
        foreach (var mark in Directory.EnumerateFiles(Flushes))
        {
            File.Delete(mark);
        }

        // Read to the end of its output: a process that kept the pipe would hold us up.
        var watch = Stopwatch.StartNew();
        await (Build() with { Limit = TimeSpan.FromSeconds(8) }).SucceedAsync(Cancellation);
        while (!Directory.EnumerateFiles(Flushes).Any())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), "nothing was put on the disk");
            await Task.Delay(20, Cancellation);
        }

        while (await IsRunningAsync())
        {
            await Task.Delay(20, Cancellation);
        }

        await Build().SucceedAsync(Cancellation);
        Assert.False(await IsRunningAsync());
    }

    [Fact]
    public async Task What_was_put_on_the_disk_counts_after_a_reboot_and_what_was_not_is_built_again()
    {
        await PrepareAsync();
        await sharpbuild.SucceedAsync(Cancellation, "build", "-q", context.Path);
        Reboot();
        await sharpbuild.ImportBusyboxAsync(Cancellation);
        Assert.Contains("#2 DONE", (await Plain()).Error, StringComparison.Ordinal);
        await sharpbuild.SucceedAsync(Cancellation, "__upkeep");
        Reboot();
        Assert.Contains("#2 CACHED", (await Plain()).Error, StringComparison.Ordinal);
    }

    private Command Build()
    {
        var command = sharpbuild.Command("build", context.Path);
        return command with { Environment = new Dictionary<string, string?>(command.Environment, StringComparer.Ordinal) { ["SHARPBUILD_UPKEEP"] = null } };
    }

    private async Task<CommandResult> Plain()
    {
        var result = await sharpbuild.RunAsync(Cancellation, "build", "--progress=plain", context.Path);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result;
    }

    // As after a power loss: all that was written belongs to an earlier boot, whose mark is there if it was made.
    private void Reboot()
    {
        var boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        var earlier = Guid.NewGuid().ToString();
        foreach (var file in Directory.EnumerateFiles(sharpbuild.Store, "*.json", SearchOption.AllDirectories).Where(file => !file.Contains("/fs/", StringComparison.Ordinal)))
        {
            File.WriteAllText(file, File.ReadAllText(file).Replace(boot, earlier, StringComparison.Ordinal));
        }

        if (File.Exists(Path.Join(Flushes, boot)))
        {
            File.Move(Path.Join(Flushes, boot), Path.Join(Flushes, earlier));
        }
    }

    private async Task PrepareAsync()
    {
        Assert.SkipWhen(SharpBuildProgram.Program is null, SharpBuildProgram.NotPublished);
        Assert.SkipUnless(File.Exists("/bin/busybox"), "busybox-static is not installed");
        context.Write("Dockerfile", "FROM busybox\nRUN echo made > /made\n");
        await sharpbuild.ImportBusyboxAsync(Cancellation);
    }

    private async Task<bool> IsRunningAsync() =>
        (await new Command("ps", "-eo", "args").RunAsync(CancellationToken.None)).Output.Split('\n').Any(line => line.Contains("__upkeep", StringComparison.Ordinal) && line.Contains(sharpbuild.Store, StringComparison.Ordinal));
}
