using System.Diagnostics;
using SharpBuild.Linux;
using SharpBuild.Runtime;
using Xunit;

namespace SharpBuild.IntegrationTests.Sandboxes;

public sealed class LifetimeSpecs(BusyboxRoot busybox) : IClassFixture<BusyboxRoot>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killing_it_ends_all_its_processes()
    {
        await using var sandbox = Start("sleep 100 & sleep 100 & echo started; wait", out var root);
        using var closing = root;
        using var output = new StreamReader(sandbox.StandardOutput!);
        Assert.Equal("started", await output.ReadLineAsync(Token));

        sandbox.Kill();

        Assert.Equal(new SandboxExit(137, 9, OutOfMemory: false), await sandbox.Completion);
        Assert.Null(await output.ReadLineAsync(Token)); // nobody holds the pipe any more
    }

    [Fact]
    public async Task It_can_catch_a_signal()
    {
        await using var sandbox = Start("trap 'echo caught; exit 3' TERM; echo ready; while true; do sleep 0.1; done", out var root);
        using var closing = root;
        using var output = new StreamReader(sandbox.StandardOutput!);
        Assert.Equal("ready", await output.ReadLineAsync(Token));

        sandbox.Signal(15);

        Assert.Equal("caught", await output.ReadLineAsync(Token));
        Assert.Equal(3, (await sandbox.Completion).Code);
    }

    [Fact]
    public async Task Output_arrives_while_it_runs()
    {
        await using var sandbox = Start("echo early; read -r never", out var root, SandboxInput.Pipe);
        using var closing = root;
        using var output = new StreamReader(sandbox.StandardOutput!);

        Assert.Equal("early", await output.ReadLineAsync(Token));
        Assert.False(sandbox.Completion.IsCompleted);
    }

    [Fact]
    public async Task Disposing_it_kills_it()
    {
        var sandbox = Start("sleep 100", out var root);
        using var closing = root;

        await sandbox.DisposeAsync();

        Assert.Equal(137, (await sandbox.Completion).Code);
        sandbox.Signal(15); // and nothing happens
    }

    [Fact]
    public async Task It_does_not_outlive_the_program_that_started_it()
    {
        var root = Privileged().Lower;
        var (host, arguments) = (ProgramUnderTest.CommandLine()[0], ProgramUnderTest.CommandLine()[1..]);
        var marker = "7" + Environment.ProcessId;
        using var program = Process.Start(new ProcessStartInfo(host, arguments)
        {
            Environment =
            {
                [ProgramUnderTest.DirectoryVariable] = Path.GetDirectoryName(root),
                [ProgramUnderTest.ScriptVariable] = $"echo up; sleep {marker}; exit 1",
            },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        Assert.Equal("up", await program.StandardOutput.ReadLineAsync(Token));

        program.Kill();
        await program.WaitForExitAsync(Token);

        for (var attempt = 0; attempt < 100 && IsRunning(marker); attempt++)
        {
            await Task.Delay(20, Token);
        }

        Assert.False(IsRunning(marker));
    }

    [Fact]
    public async Task What_it_was_given_to_hold_stays_open_until_its_end()
    {
        var (root, _) = Privileged().Overlay();
        using var closing = root;
        var (reader, writer) = Pipes.Create();
        using (reader)
        {
            await using var sandbox = SandboxLauncher.Start(
                BusyboxRoot.Shell(root, "read -r never") with { Stdio = new PipedStdio(SandboxInput.Pipe), Held = [writer] }, new RuntimeOptions());
            writer.Dispose();
            using var held = new FileStream(reader, FileAccess.Read, 0);
            var end = Task.Run(() => held.ReadByte(), Token);
            await Task.Delay(100, Token);

            Assert.False(end.IsCompleted);

            sandbox.Kill();
            Assert.Equal(-1, await end.WaitAsync(TimeSpan.FromSeconds(10), Token));
        }
    }

    [Fact]
    public async Task Many_starts_survive_a_garbage_collector_that_never_rests()
    {
        var starts = int.TryParse(Environment.GetEnvironmentVariable("SHARPBUILD_TEST_STARTS"), out var asked) ? asked : 100;
        Privileged();
        using var stop = new CancellationTokenSource();
        var collecting = Task.Run(() => Collect(stop.Token), Token);
        var failures = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, starts), new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = Token }, async (_, token) =>
        {
            await using var sandbox = Start("exit 0", out var root);
            using var closing = root;
            var exit = await sandbox.Completion.WaitAsync(TimeSpan.FromSeconds(30), token);
            Interlocked.Add(ref failures, exit.Code == 0 ? 0 : 1);
        });
        await stop.CancelAsync();
        await collecting;

        Assert.Equal(0, failures);
    }

    private static void Collect(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            _ = new byte[1000];
            GC.Collect(0);
        }
    }

    private static bool IsRunning(string marker) => Directory.EnumerateDirectories("/proc").Any(process =>
    {
        try
        {
            return File.ReadAllText(process + "/cmdline").Contains($"sleep\0{marker}", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    });

    private BusyboxRoot Privileged()
    {
        Assert.SkipUnless(BusyboxRoot.IsRoot, "needs root");
        Assert.SkipUnless(BusyboxRoot.IsAvailable, "needs /bin/busybox (busybox-static)");
        return busybox;
    }

    private Sandbox Start(string script, out IDisposable root, SandboxInput input = SandboxInput.Empty)
    {
        var (mount, _) = Privileged().Overlay();
        root = mount;
        return SandboxLauncher.Start(BusyboxRoot.Shell(mount, script) with { Stdio = new PipedStdio(input) }, new RuntimeOptions());
    }
}
