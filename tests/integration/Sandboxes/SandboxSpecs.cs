using System.Text;
using SharpBuild.Linux;
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
    public async Task It_is_the_first_process_with_dockers_privileges()
    {
        var run = await RunAsync(
            "echo $$ $(hostname) $(id -u) $HOME $(pwd) $(umask); grep -E 'Cap(Inh|Prm|Bnd)|Seccomp:|NoNew|SigIgn|SigBlk' /proc/self/status | sort");

        Assert.Equal(
            """
            1 buildkitsandbox 0 /root / 0022
            CapBnd:	00000000a80425fb
            CapInh:	0000000000000000
            CapPrm:	00000000a80425fb
            NoNewPrivs:	0
            Seccomp:	2
            SigBlk:	0000000000000000
            SigIgn:	0000000000000000

            """,
            run.Output);
    }

    [Fact]
    public async Task Nothing_of_the_host_is_left_in_sight()
    {
        var run = await RunAsync("cut -d' ' -f2 /proc/mounts; ls -d /../mnt 2>&1; ls /proc/self/fd | wc -l");
        var mounts = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(["/", "/proc", "/sys", "/dev", "/dev/null"], mounts[..5]);
        Assert.Single(mounts, "/");
        Assert.Contains("ls: /../mnt: No such file or directory", mounts);
        Assert.Equal("4", mounts[^1]); // its three standard streams, and the directory it reads
    }

    [Fact]
    public async Task What_may_harm_the_host_is_hidden_or_read_only()
    {
        var run = await RunAsync(
            """
            echo x 2>/dev/null > /proc/sys/kernel/core_pattern && echo wrote core_pattern
            echo x 2>/dev/null > /proc/sysrq-trigger && echo wrote sysrq
            touch /sys/x 2>/dev/null && echo wrote sys
            cat /proc/keys /proc/timer_list | wc -c
            ls /sys/firmware /proc/acpi | grep -v : | grep -v '^$' | wc -l
            mount -t tmpfs none /tmp 2>/dev/null && echo mounted
            unshare -U true 2>/dev/null && echo unshared
            mknod /tmp/vda b 8 0 && head -c1 /tmp/vda 2>&1
            mknod /dev/zero2 c 1 5 && head -c1 /dev/zero2 2>&1
            echo end
            """);

        Assert.Equal(
            "0\n0\nhead: /tmp/vda: Permission denied\nhead: /dev/zero2: Permission denied\nend\n", run.Output);
    }

    [Fact]
    public async Task Devices_work_and_belong_where_they_are()
    {
        var run = await RunAsync(
            "head -c 4 /dev/zero | wc -c; echo gone > /dev/null; ls -l /dev/fd /dev/ptmx | cut -d'>' -f2; echo said > /dev/stdout; "
            + "head -c 3 /dev/urandom | wc -c; stat -c %a /dev/shm /dev/null; read -r line; echo \"[$line]\"");

        Assert.Equal("4\n /proc/self/fd\n pts/ptmx\nsaid\n3\n1777\n666\n[]\n", run.Output);
    }

    [Fact]
    public async Task Names_are_resolved_as_in_docker()
    {
        var run = await RunAsync("cat /etc/hosts", spec => spec with { ExtraHosts = [("db", "10.1.2.3")], Hostname = "box" });

        Assert.Equal("127.0.0.1\tlocalhost box\n::1\tlocalhost ip6-localhost ip6-loopback\n10.1.2.3\tdb\n", run.Output);
    }

    [Fact]
    public async Task I_can_have_no_network()
    {
        var run = await RunAsync("ip -o link | cut -d: -f2", spec => spec with { Network = SandboxNetwork.None });

        Assert.Equal(" lo\n", run.Output);
    }

    [Fact]
    public async Task I_can_be_another_user_with_all_his_groups()
    {
        var run = await RunAsync("id -u; id -G; echo $HOME; echo out > /dev/stdout; stat -c %u:%g /work/deep; touch /work/deep/mine && echo mine",
            spec => spec with { User = "alice", WorkingDirectory = "/work/deep" });

        Assert.Equal("1000\n1000 10\n/home/alice\nout\n1000:1000\nmine\n", run.Output);
    }

    [Fact]
    public async Task What_was_mounted_leaves_no_trace_in_the_layer()
    {
        var (root, upper) = Overlay();
        using var closing = root;
        var etc = new DirectoryInfo(Path.Combine(busybox.Lower, "etc"));
        var before = etc.LastWriteTimeUtc;
        var spec = BusyboxRoot.Shell(root, "cat /run/secrets/token /cache/kept; touch /cache/new /made") with
        {
            Mounts =
            [
                new TmpfsMount("/cache"),
                new FileMount(Encoding.UTF8.GetBytes("kept"), "/cache/kept"),
                new FileMount(Encoding.UTF8.GetBytes("s3cret "), "/run/secrets/token"),
            ],
        };

        var run = await SandboxRun.OfAsync(spec, Token);

        Assert.Equal(("s3cret kept", ""), (run.Output, run.Error));
        Assert.Equal(["dev", "etc", "made", "proc", "sys"], Names(upper));
        Assert.Empty(Names(upper + "/etc"));
        Assert.Equal(before, Directory.GetLastWriteTimeUtc(upper + "/etc"));
    }

    [Fact]
    public async Task A_directory_of_the_host_can_be_seen_and_protected()
    {
        var shared = Directory.CreateDirectory(Path.Combine(busybox.Directory, "shared")).FullName;
        await File.WriteAllTextAsync(shared + "/file", "content\n", Token);

        var run = await RunAsync(
            "cat /ro/file; touch /ro/x 2>&1; touch /rw/y && ls /rw; cat /one",
            spec => spec with
            {
                Mounts =
                [
                    new BindMount(shared, "/ro") { ReadOnly = true }, new BindMount(shared, "/rw"), new BindMount(shared + "/file", "/one"),
                ],
            });

        Assert.Equal("content\ntouch: /ro/x: Read-only file system\nfile\ny\ncontent\n", run.Output);
    }

    [Fact]
    public async Task A_part_of_another_snapshot_can_be_seen()
    {
        var (other, _) = Overlay();
        using (other)
        {
            var run = await RunAsync("ls /other/bin | head -1", spec => spec with { Mounts = [new BindMount(other, "/other"), new BindMount(other, "/etc2", "etc")] });

            Assert.Equal("busybox\n", run.Output);
        }
    }

    [Fact]
    public async Task A_link_cannot_lead_a_mount_out_of_the_root()
    {
        var outside = Path.Combine(busybox.Directory, "outside");
        Directory.CreateDirectory(outside);
        var (root, upper) = Overlay();
        using var closing = root;
        Inodes.MakeSymbolicLink(root, "escape", "../../../.." + outside);
        Inodes.MakeSymbolicLink(root, "magic", "/proc/self/root" + outside);

        var run = await SandboxRun.OfAsync(
            BusyboxRoot.Shell(root, "ls /escape") with { Mounts = [new FileMount(new byte[] { 65 }, "/escape/file")] }, Token);

        Assert.Equal("file\n", run.Output);
        Assert.Empty(Names(outside));
        Assert.NotEmpty(Names(upper));
    }

    [Fact]
    public async Task A_command_that_is_not_there_is_told_as_docker_does()
    {
        var missing = await Assert.ThrowsAsync<SandboxException>(() => RunAsync("", spec => spec with { Arguments = ["nonesuch"] }));
        var path = await Assert.ThrowsAsync<SandboxException>(() => RunAsync("", spec => spec with { Arguments = ["/bin/nonesuch"] }));
        var denied = await Assert.ThrowsAsync<SandboxException>(() => RunAsync("", spec => spec with { Arguments = ["/etc/passwd"] }));
        var directory = await Assert.ThrowsAsync<SandboxException>(() => RunAsync("", spec => spec with { Arguments = ["/etc"] }));

        Assert.Equal(("exec: \"nonesuch\": executable file not found in $PATH", 127), (missing.Message, missing.ExitCode));
        Assert.Equal(("exec: \"/bin/nonesuch\": no such file or directory", 127), (path.Message, path.ExitCode));
        Assert.Equal(("exec: \"/etc/passwd\": permission denied", 126), (denied.Message, denied.ExitCode));
        Assert.Equal(126, directory.ExitCode);
    }

    [Fact]
    public async Task I_am_told_which_user_is_missing() =>
        Assert.Contains(
            "'mallory'", (await Assert.ThrowsAsync<SandboxException>(() => RunAsync("", spec => spec with { User = "mallory" }))).Message,
            StringComparison.Ordinal);

    [Fact]
    public async Task I_can_run_insecurely()
    {
        var run = await RunAsync(
            "grep -E 'Seccomp:|CapAmb' /proc/self/status; mount -t tmpfs none /tmp && echo mounted; echo $$",
            spec => spec with { Security = SandboxSecurity.Insecure });

        Assert.Contains("Seccomp:\t0", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("CapAmb:\t0000000000000000", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("mounted\n1\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task I_can_set_limits_of_processes()
    {
        var run = await RunAsync("ulimit -n; ulimit -Hn; ulimit -c", spec => spec with { Ulimits = [new("nofile", 100, 200), new("core", 0, 0)] });

        Assert.Equal("100\n200\n0\n", run.Output);
    }

    [Fact]
    public async Task I_can_limit_its_memory()
    {
        Assert.SkipUnless(Directory.Exists("/sys/fs/cgroup/memory") || HostCapabilities.Probe().HasUnifiedCgroups, "needs the memory controller");
        var run = await RunAsync(
            "dd if=/dev/zero of=/dev/null bs=64M count=1 2>/dev/null; echo $?; cat /proc/self/cgroup | grep -c sharpbuild",
            spec => spec with { Limits = new() { Memory = 24 << 20, Processes = 50 } });

        Assert.True(run.Exit.OutOfMemory);
        Assert.StartsWith("137\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task I_can_protect_the_root()
    {
        var run = await RunAsync("touch /x 2>&1; touch /t/y && echo ok", spec => spec with { ReadOnlyRoot = true, Mounts = [new TmpfsMount("/t")] });

        Assert.Equal("touch: /x: Read-only file system\nok\n", run.Output);
    }

    [Theory]
    [InlineData("argument")]
    [InlineData("variable")]
    [InlineData("working directory")]
    [InlineData("user")]
    [InlineData("host name")]
    [InlineData("mount target")]
    public void A_NUL_character_is_refused(string where)
    {
        var (root, _) = Overlay();
        using var closing = root;
        var spec = BusyboxRoot.Shell(root, "true");
        var hostile = where switch
        {
            "argument" => spec with { Arguments = [.. spec.Arguments, "a\0b"] },
            "variable" => spec with { Environment = ["A=b\0C=d"] },
            "working directory" => spec with { WorkingDirectory = "/tmp\0/x" },
            "user" => spec with { User = "0\0" },
            "host name" => spec with { Hostname = "a\0" },
            _ => spec with { Mounts = [new TmpfsMount("/cache\0")] },
        };

        var refusal = Assert.Throws<SandboxException>(() => SandboxLauncher.Start(hostile, new RuntimeOptions()));

        Assert.StartsWith($"the {where} '", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(SandboxException.BadSpecification, refusal.Code);
    }

    [Theory]
    [InlineData("/rootlink")]
    [InlineData("/tmp/..")]
    public void Nothing_is_mounted_on_the_root_through_a_link(string target)
    {
        var (root, upper) = Overlay();
        using var closing = root;
        File.CreateSymbolicLink(upper + "/rootlink", "/tmp/..");

        var refusal = Assert.Throws<SandboxException>(() => SandboxLauncher.Start(
            BusyboxRoot.Shell(root, "true") with { Mounts = [new TmpfsMount(target)] }, new RuntimeOptions()));

        Assert.Equal(SandboxException.BadSpecification, refusal.Code);
    }

    [Fact]
    public async Task A_mount_on_dev_cannot_block_the_start()
    {
        var run = await RunAsync("ls /dev; read -r line; echo \"[$line]\"", spec => spec with { Mounts = [new TmpfsMount("/dev")] });

        Assert.Equal("[]\n", run.Output);
    }

    [Fact]
    public async Task I_can_feed_its_standard_input()
    {
        var (root, _) = Overlay();
        using var closing = root;
        await using var sandbox = SandboxLauncher.Start(
            BusyboxRoot.Shell(root, "cat") with { Stdio = new PipedStdio(SandboxInput.Pipe) }, new RuntimeOptions());
        await sandbox.StandardInput!.WriteAsync("typed"u8.ToArray(), Token);
        await sandbox.StandardInput.DisposeAsync();
        using var output = new StreamReader(sandbox.StandardOutput!);

        Assert.Equal("typed", await output.ReadToEndAsync(Token));
        Assert.Equal(0, (await sandbox.Completion).Code);
    }

    private (Microsoft.Win32.SafeHandles.SafeFileHandle Root, string Upper) Overlay()
    {
        Assert.SkipUnless(BusyboxRoot.IsRoot, "needs root");
        Assert.SkipUnless(BusyboxRoot.IsAvailable, "needs /bin/busybox (busybox-static)");
        return busybox.Overlay();
    }

    private async Task<SandboxRun> RunAsync(string script, Func<SandboxSpec, SandboxSpec>? change = null)
    {
        var (root, _) = Overlay();
        using (root)
        {
            var spec = BusyboxRoot.Shell(root, script);
            return await SandboxRun.OfAsync(change is null ? spec : change(spec), Token);
        }
    }

    private static string[] Names(string directory) =>
        [.. Directory.EnumerateFileSystemEntries(directory).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
