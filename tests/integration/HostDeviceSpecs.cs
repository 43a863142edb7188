using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>
/// Containers that change device files. Everything runs in a mount namespace with a /dev of its own, so that a failure does not break
/// the machine that runs the tests.
/// </summary>
[Trait("Rootless", "also")]
public sealed class HostDeviceSpecs : IAsyncLifetime
{
    // What a container can do to a file that it may open.
    private const string Attack =
        "for d in null zero full random urandom tty; do chmod 600 /dev/$d; chown 7:8 /dev/$d; touch -d '2001-02-03 04:05:06' /dev/$d; done 2>/dev/null; "
        + "for m in keys timer_list kcore; do chmod 600 /proc/$m; chown 7:8 /proc/$m; done 2>/dev/null; "
        + "for n in 0 1 2; do chmod 600 /proc/self/fd/$n; chown 7:8 /proc/self/fd/$n; touch -d '2001-02-03 04:05:06' /proc/self/fd/$n; done 2>/dev/null; "
        + "echo x > /dev/null; head -c 2 /dev/zero | wc -c";

    // The attributes of a device that somebody could change; the time of the last access changes with its use.
    private const string Look = "stat -c '%n %a %u %g %Y %Z' /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty";

    private Workshop workshop = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Command.Exists("unshare"), "needs unshare (util-linux)");
        workshop = await Workshop.OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (workshop is not null)
        {
            await workshop.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_container_that_changes_its_devices_leaves_the_hosts_alone()
    {
        var run = workshop.Program.Command("run", "--rm", "busybox", "sh", "-c", Attack);

        Assert.Equal("2", await CompareAsync(run, " </dev/null"));
    }

    [Fact]
    public async Task Standard_input_is_never_a_file_of_the_hosts()
    {
        var run = workshop.Program.Command("run", "--rm", "-i", "busybox", "sh", "-c", Attack);

        Assert.Equal("2", await CompareAsync(run, " </dev/null"));
    }

    [Fact]
    public async Task A_step_that_changes_its_devices_leaves_the_hosts_alone()
    {
        var build = workshop.Command($"FROM busybox\nRUN {Attack}\n");

        await CompareAsync(build, " 2>/dev/zero >/dev/null");
    }

    [Fact]
    public async Task An_insecure_step_that_changes_its_devices_leaves_the_hosts_alone()
    {
        var build = workshop.Command($"# syntax=docker/dockerfile:1-labs\nFROM busybox\nRUN --security=insecure {Attack}\n", "--allow", "security.insecure");

        await CompareAsync(build, " 2>/dev/zero >/dev/null");
    }

    [Fact]
    public async Task A_container_finds_its_devices_usable_whatever_the_hosts_are()
    {
        Assert.SkipWhen(SharpBuildProgram.IsRootless, "only root has devices of its own");
        var run = workshop.Program.Command("run", "--rm", "busybox", "sh", "-c", "stat -c '%a %u' /dev/null /dev/urandom; echo x > /dev/null && echo written");

        var output = await RunInPrivateAsync(run, "chmod 600 /dev/null /dev/urandom;", "");

        Assert.Equal("666 0\n666 0\nwritten", output.Trim());
    }

    // Runs a command and returns what it said, after making sure that the devices are as before.
    private static async Task<string> CompareAsync(Command command, string streams)
    {
        var output = await RunInPrivateAsync(command, $"{Look} > /dev/shm/before;", streams, $"{Look} > /dev/shm/after; diff /dev/shm/before /dev/shm/after >&2");
        return output.Trim();
    }

    private static async Task<string> RunInPrivateAsync(Command command, string before, string streams, string after = "true")
    {
        // As an ordinary user the session makes a namespace of its own, and the devices belong to the host's root anyhow.
        var script = SharpBuildProgram.IsRootless
            ? $"set -e; mkdir -p \"$SCRATCH\"; {before.Replace("/dev/shm", "$SCRATCH", StringComparison.Ordinal)} \"$@\"{streams}; {after.Replace("/dev/shm", "$SCRATCH", StringComparison.Ordinal)}"
            : "set -e; mount --make-rprivate /; mkdir /tmp/sharpbuild-dev-$$; mount -t tmpfs none /tmp/sharpbuild-dev-$$; cd /tmp/sharpbuild-dev-$$; "
                + "mkdir shm pts; mknod -m 666 null c 1 3; mknod -m 666 zero c 1 5; mknod -m 666 full c 1 7; mknod -m 666 random c 1 8; mknod -m 666 urandom c 1 9; "
                + "mknod -m 666 tty c 5 0; ln -s /proc/self/fd fd; mount --move . /dev 2>/dev/null || mount --rbind . /dev; cd /; rmdir /tmp/sharpbuild-dev-$$ 2>/dev/null || true; "
                + $"{before} \"$@\"{streams}; {after}";
        string[] words = ["/bin/bash", "-c", script, "bash", command.Program, .. command.Arguments];
        using var scratch = new TemporaryDirectory();
        var wrapped = SharpBuildProgram.IsRootless ? new Command(words[0], words[1..]) : new Command("unshare", ["--mount", .. words]);
        return await (wrapped with { Environment = new Dictionary<string, string?>(command.Environment, StringComparer.Ordinal) { ["SCRATCH"] = scratch["look"] } }).SucceedAsync(Cancellation);
    }
}
