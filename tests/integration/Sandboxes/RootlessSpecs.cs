using System.Diagnostics;
using Xunit;

namespace SharpBuild.IntegrationTests.Sandboxes;

/// <summary>As an ordinary user who exists for the time of the tests.</summary>
public sealed class RootlessSpecs : IDisposable
{
    private const string User = "sharpbuild-specs";
    private const string Setpriv = "/usr/bin/setpriv";

    private readonly BusyboxRoot busybox;

    public RootlessSpecs()
    {
        Assert.SkipUnless(BusyboxRoot.IsRoot, "needs root, to become somebody else");
        Assert.SkipUnless(BusyboxRoot.IsAvailable, "needs /bin/busybox (busybox-static)");
        Assert.SkipUnless(File.Exists(Setpriv) && File.Exists("/usr/bin/newuidmap") && File.Exists("/usr/sbin/useradd"), "needs setpriv, uidmap and useradd");
        busybox = new BusyboxRoot();
        Run("/usr/sbin/userdel", User);
        Assert.Equal(0, Run("/usr/sbin/useradd", "--system", "--no-create-home", User).Code);
        Run("/usr/sbin/usermod", "--add-subuids", "2000000-2065535", "--add-subgids", "2000000-2065535", User);
        Own();
    }

    [Fact]
    public void I_can_run_a_step_without_root()
    {
        var (code, output) = RunAsUser("id; touch /file; chown 33:33 /file; rm /bin/true; head -c 3 /dev/zero | wc -c; exit 5");

        Assert.Equal((5, "uid=0(root) gid=0(root) groups=0(root),10(wheel)\n3\n"), (code, output));
        Assert.Equal("2000032", Owner("upper/file"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(busybox.Directory, "upper/etc")));
    }

    [Fact]
    public void I_can_run_a_step_without_root_and_without_a_network()
    {
        var (code, output) = RunAsUser("ip -o link | cut -d: -f2", ("SHARPBUILD_TEST_NETWORK", "none"));

        Assert.Equal((0, " lo\n"), (code, output));
    }

    [Fact]
    public void With_one_id_only_I_am_warned_and_still_root()
    {
        Run("/usr/sbin/usermod", "--del-subuids", "2000000-2065535", User);

        var (code, output) = RunAsUser("id -u; touch /file; chown 33 /file 2>/dev/null || echo cannot");

        Assert.Equal(0, code);
        Assert.Contains("warning: only your own user id can be used", output, StringComparison.Ordinal);
        Assert.EndsWith("0\ncannot\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signal_reaches_the_session()
    {
        using var program = Start("echo up; sleep 100");
        Assert.Equal("up", program.StandardOutput.ReadLine());

        Run("/bin/sh", "-c", $"kill -TERM {program.Id}");
        program.WaitForExit();

        Assert.Equal(143, program.ExitCode);
    }

    public void Dispose()
    {
        Run("/usr/sbin/userdel", User);
        busybox.Dispose();
    }

    private void Own()
    {
        Run("/bin/chown", "-R", $"{User}:{User}", busybox.Directory);
        Run("/bin/chmod", "711", busybox.Directory);
    }

    private string Owner(string path) => Run("/usr/bin/stat", "-c", "%u", Path.Combine(busybox.Directory, path)).Output.Trim();

    private (int Code, string Output) RunAsUser(string script, params (string Name, string Value)[] environment)
    {
        using var program = Start(script, environment);
        var errors = program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = program.StandardOutput.ReadToEnd();
        program.WaitForExit();
        return (program.ExitCode, errors.GetAwaiter().GetResult() + output);
    }

    private Process Start(string script, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(
            Setpriv, ["--reuid", User, "--regid", User, "--clear-groups", "--", .. ProgramUnderTest.CommandLine()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment[ProgramUnderTest.DirectoryVariable] = busybox.Directory;
        start.Environment[ProgramUnderTest.ScriptVariable] = script;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static (int Code, string Output) Run(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
