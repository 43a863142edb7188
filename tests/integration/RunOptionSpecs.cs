using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>What the command line of a build says about its RUN steps: limits, rights, names.</summary>
public sealed class RunOptionSpecs : IAsyncLifetime
{
    private Workshop workshop = null!;

    public async ValueTask InitializeAsync() => workshop = await Workshop.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        if (workshop is not null)
        {
            await workshop.DisposeAsync();
        }
    }

    [Fact]
    [Trait("Rootless", "also")]
    public async Task I_can_set_shared_memory_process_limits_host_names_and_the_host_name()
    {
        var result = await workshop.BuildAsync(
            """
            FROM busybox
            RUN df -k /dev/shm | tail -n 1; ulimit -n; ulimit -Hn; hostname; cat /etc/hosts
            """,
            "--shm-size", "2m", "--ulimit", "nofile=100:200", "--add-host", "six:[fd00::1]", "--add-host", "four=10.1.2.3", "--add-host", "me=host-gateway",
            "--build-arg", "BUILDKIT_SANDBOX_HOSTNAME=box");
        Assert.Matches(@" 2048 +0 +2048 ", result.Error);
        Assert.Matches(@"\d 100\n#\d+ [\d.]+ 200\n#\d+ [\d.]+ box\n", result.Error);
        Assert.Contains("fd00::1\tsix", result.Error, StringComparison.Ordinal);
        Assert.Contains("10.1.2.3\tfour", result.Error, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1\tme", result.Error, StringComparison.Ordinal);
        Assert.Contains("localhost box", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_that_runs_out_of_memory_is_told_apart_from_one_that_fails()
    {
        Assert.SkipUnless(CanLimitMemory, "this host has no writable memory cgroup");
        const string hungry = "FROM busybox\nRUN dd if=/dev/zero of=/dev/null bs=100M count=1\nRUN exit 3\n";
        var result = await workshop.TryBuildAsync(hungry, "--resource", "memory=32m,memory-swap=32m");
        Assert.Contains("ran out of memory", result.Error, StringComparison.Ordinal);
        Assert.Contains("SB3007", result.Error, StringComparison.Ordinal);
        Assert.Contains("Dockerfile:2", result.Error, StringComparison.Ordinal);

        // The limits are no part of the key: with what the step made, the next build goes on.
        Assert.Contains("exit code: 3 [SB3001]", (await workshop.TryBuildAsync(hungry)).Error, StringComparison.Ordinal);
        Assert.Contains("exit code: 3 [SB3001]", (await workshop.TryBuildAsync(hungry, "-m", "32m")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task I_can_limit_processors_and_choose_the_parent_cgroup()
    {
        Assert.SkipUnless(CanLimitMemory, "this host has no writable cgroups");
        var result = await workshop.BuildAsync(
            "FROM busybox\nRUN cat /proc/self/cgroup; nproc\n", "--cgroup-parent", "/sharpbuild-test/below", "--cpuset-cpus", "0", "--cpu-shares", "512", "--cpu-quota", "50000");
        Assert.Contains("1", result.Error.Split('\n').Where(line => line.StartsWith('#')).Select(line => line.Split(' ')[^1]));
        if (!File.Exists("/sys/fs/cgroup/cgroup.controllers"))
        {
            Assert.Contains("/sharpbuild-test/below/", result.Error, StringComparison.Ordinal); // with v2 its own namespace hides the path
        }
    }

    [Fact]
    public async Task What_a_killed_build_leaves_of_its_cgroups_and_processes_the_next_one_removes()
    {
        Assert.SkipUnless(CanLimitMemory, "this host has no writable cgroups");

        // Executing a set-user-id program makes a process forget that it is to die with its parent (prctl(2)): it outlives the kill.
        const string text = """
            FROM busybox
            RUN cp /bin/busybox /bin/busybox2 && chmod u+s /bin/busybox2
            USER 1000
            RUN ["/bin/busybox2", "sleep", "987654"]
            """;
        string[] options = ["--cgroup-parent", "/sharpbuild-killed", "--resource", "memory=64m,cpu-shares=512"];
        using (var build = workshop.Command(text, options).Start())
        {
            await WaitUntilAsync(() => SleeperIsIn("/sharpbuild-killed"));
            build.Kill(entireProcessTree: false);
            await build.WaitForExitAsync(Cancellation);
        }

        Assert.NotEmpty(Leftovers());
        await workshop.BuildAsync("FROM busybox\nRUN echo next\n", "--cgroup-parent", "/sharpbuild-killed", "--resource", "memory=64m");
        await WaitUntilAsync(() => !SleeperIsIn("/sharpbuild-killed") && Leftovers().Length == 0);
    }

    [Fact]
    [Trait("Rootless", "also")]
    public async Task Limits_that_the_host_does_not_let_me_set_are_refused()
    {
        Assert.SkipWhen(CanLimitMemory, "this host lets us set limits");
        var result = await workshop.TryBuildAsync("FROM busybox\nRUN true\n", "-m", "32m");
        Assert.Contains("the limits of the sandbox cannot be set", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Rootless", "also")]
    [InlineData("--cgroup-parent: '../../x' is not a path of a cgroup", "--cgroup-parent", "../../x")]
    [InlineData("--cpuset-cpus: 'x' is not a list", "--cpuset-cpus", "x")]
    [InlineData("memory-swap (8388608) is less than memory (16777216)", "-m", "16m", "--memory-swap", "8m")]
    [InlineData("--ulimit nofile: -1 (none) is more than", "--ulimit", "nofile=-1")]
    public async Task Limits_that_make_no_sense_are_refused_before_anything_is_built(string sentence, params string[] options)
    {
        var result = await workshop.TryBuildAsync("FROM busybox\nRUN true\n", options);
        Assert.Equal(125, result.ExitCode);
        Assert.StartsWith($"sharpbuild build: {sentence}", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    [Trait("Rootless", "also")]
    public async Task A_step_without_a_network_has_a_loopback_interface_alone()
    {
        const string text = "FROM busybox\nRUN --network=none ls /sys/class/net | tr '\\n' ' ' && ping -c 1 127.0.0.1 >/dev/null && echo alone\n";
        Assert.Matches(@"\d lo alone", (await workshop.BuildAsync(text)).Error);

        var whole = await workshop.BuildAsync("FROM busybox\nRUN ls /sys/class/net | tr '\\n' ' ' && echo alone\n", "--network", "none");
        Assert.Matches(@"\d lo alone", whole.Error);
    }

    [Fact]
    public async Task An_insecure_step_needs_my_permission()
    {
        const string text = "FROM busybox\nRUN --security=insecure mount -t tmpfs none /mnt/ || { mkdir /mnt && mount -t tmpfs none /mnt; } && grep -E 'CapEff|Seccomp:' /proc/self/status\n";
        var refused = await workshop.TryBuildAsync(text);
        Assert.Contains("RUN --security=insecure is not allowed in this build", refused.Error, StringComparison.Ordinal);
        Assert.Contains("Dockerfile:2", refused.Error, StringComparison.Ordinal);

        var allowed = await workshop.BuildAsync(text, "--allow", "security.insecure");
        Assert.Matches(@"Seccomp:\t0", allowed.Error);
        Assert.DoesNotMatch(@"CapEff:\t00000000a80425fb", allowed.Error);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string[] Trees => File.Exists("/sys/fs/cgroup/cgroup.controllers") ? ["/sys/fs/cgroup"] : ["/sys/fs/cgroup/memory", "/sys/fs/cgroup/cpu"];

    private static string[] Leftovers() =>
        [.. Trees.Select(tree => tree + "/sharpbuild-killed").Where(Directory.Exists).SelectMany(parent => Directory.GetDirectories(parent))];

    private static bool SleeperIsIn(string cgroup) => Directory.GetDirectories("/proc").Where(path => char.IsAsciiDigit(path[^1])).Any(process =>
    {
        try
        {
            return File.ReadAllText(process + "/cmdline").Contains("sleep\0987654", StringComparison.Ordinal)
                && File.ReadAllText(process + "/cgroup").Contains(cgroup, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // it has ended meanwhile
        }
    });

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        for (var wait = 0; !condition(); wait++)
        {
            Assert.True(wait < 300, "waited 30 seconds in vain");
            await Task.Delay(100, Cancellation);
        }
    }

    private static bool CanLimitMemory => !SharpBuildProgram.IsRootless
        && (Directory.Exists("/sys/fs/cgroup/memory") || File.Exists("/sys/fs/cgroup/cgroup.controllers"));
}
