using SharpBuild.Runtime;
using Xunit;

namespace SharpBuild.IntegrationTests.Sandboxes;

public sealed class SandboxSpecs(BusyboxRoot busybox) : IClassFixture<BusyboxRoot>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task I_can_run_a_command_and_read_what_it_says()
    {
        var run = await RunAsync("echo hello; echo trouble >&2; exit 7");

        Assert.Equal(("hello\n", "trouble\n", 7), (run.Output, run.Error, run.Exit.Code));
    }

    [Fact]
    public async Task It_looks_like_a_container()
    {
        var run = await RunAsync("echo $$ $(hostname) $(id -u) $HOME $(pwd) $(umask); grep -E 'Cap|Seccomp:|NoNew|SigIgn|SigBlk' /proc/self/status; cat /proc/mounts; ls -la / /dev/..; touch /x; ls -l /.. ");

        TestContext.Current.TestOutputHelper!.WriteLine(run.Output + run.Error);
        Assert.StartsWith("1 buildkitsandbox 0 /root / 0022\n", run.Output, StringComparison.Ordinal);
    }

    private async Task<SandboxRun> RunAsync(string script, Func<SandboxSpec, SandboxSpec>? change = null)
    {
        Assert.SkipUnless(BusyboxRoot.IsRoot, "needs root");
        Assert.SkipUnless(BusyboxRoot.IsAvailable, "needs /bin/busybox (busybox-static)");
        var (root, _) = busybox.Overlay();
        using (root)
        {
            var spec = BusyboxRoot.Shell(root, script);
            return await SandboxRun.OfAsync(change is null ? spec : change(spec), Token);
        }
    }
}
