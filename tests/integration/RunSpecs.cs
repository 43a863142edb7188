using System.Text;
using SharpBuild.Cache;
using SharpBuild.Engine;
using SharpBuild.Image;
using SharpBuild.Image.Registry;
using SharpBuild.Linux;
using SharpBuild.Runtime;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>Containers in the foreground, of an image made of Debian's busybox-static.</summary>
public sealed class RunSpecs : IAsyncDisposable
{
    private const string Busybox = "/bin/busybox";

    private readonly SharpBuild.Testing.TemporaryDirectory directory = new();
    private readonly Store? store;

    public RunSpecs()
    {
        if (HostCapabilities.Probe().IsRoot && File.Exists(Busybox))
        {
            store = Store.Open(new StoreOptions(directory["store"], HostCapabilities.Probe().InUserNamespace, TimeProvider.System));
            MakeImage(store, "busybox", new ContainerConfig { Cmd = ["sh"], Env = ["PATH=/bin", "GREETING=hello"] });
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (store is not null)
        {
            await store.DisposeAsync();
        }

        directory.Dispose();
    }

    [Fact]
    public async Task I_can_run_a_command_and_see_its_output_and_exit_code()
    {
        var (code, output, error) = await RunAsync(Sh("echo out; echo err >&2; exit 7"));
        Assert.Equal((7, "out\n", "err\n"), (code, output, error));
    }

    [Fact]
    public async Task I_can_set_variables_user_directory_and_host_name()
    {
        var (_, output, _) = await RunAsync(Sh("echo $GREETING $A; id -u; pwd; hostname") with
        {
            Environment = [("A", "b")],
            User = "1234",
            WorkingDirectory = "/made/for/me",
            Hostname = "box",
        });
        Assert.Equal("hello b\n1234\n/made/for/me\nbox\n", output);
    }

    [Fact]
    public async Task A_container_finds_its_name_in_its_files()
    {
        var (_, output, _) = await RunAsync(Sh("cat /etc/hostname") with { Hostname = "box" });
        Assert.Equal("box\n", output);

        (_, output, _) = await RunAsync(Sh("test $(cat /etc/hostname) = $(hostname) && echo same") with { Network = SandboxNetwork.None });
        Assert.Equal("same\n", output);
    }

    [Theory]
    [InlineData("/no/such/command", 127)]
    [InlineData("/etc", 126)]
    public async Task A_command_that_cannot_be_executed_is_told_apart(string command, int code)
    {
        var failure = await Assert.ThrowsAsync<SandboxException>(() => RunAsync(Base with { Command = [command] }));
        Assert.Equal(code, failure.ExitCode);
        Assert.Empty(new ContainerStore(Open()).List());
    }

    [Fact]
    public async Task What_a_container_writes_stays_its_own()
    {
        await RunAsync(Sh("echo changed > /etc/motd"));
        var (code, _, _) = await RunAsync(Sh("test -e /etc/motd"));
        Assert.Equal(1, code);
    }

    [Fact]
    public async Task A_container_is_listed_until_I_remove_it()
    {
        await RunAsync(Sh("exit 3") with { Name = "once", RemoveAtEnd = false });
        var containers = new ContainerStore(Open());
        var container = Assert.Single(containers.List());
        Assert.Equal(("once", ContainerStatus.Exited, 3), (container.Name, container.Status, container.ExitCode));
        var taken = await Assert.ThrowsAsync<EngineException>(() => RunAsync(Sh("true") with { Name = "once" }));
        Assert.Equal(EngineException.BadName, taken.Code);
        Assert.Throws<EngineException>(() => new ImageRemover(Open()).Remove("busybox", force: false));
        containers.Remove(containers.Get(container.ShortId), withVolumes: true);
        Assert.Empty(containers.List());
        Assert.Empty(Directory.EnumerateDirectories(directory["store/containers"]));
    }

    [Fact]
    public async Task A_directory_of_the_host_can_be_mounted_read_only_or_writable()
    {
        directory.Write("host/in", "from host\n");
        var request = Sh("cat /ro/in; echo back > /rw/out; echo no > /ro/x 2>/dev/null || echo refused") with
        {
            Mounts = [new HostMount(directory["host"], "/ro", ReadOnly: true, CreateSource: false), new HostMount(directory["new/dir"], "/rw", ReadOnly: false, CreateSource: true)],
        };
        var (_, output, _) = await RunAsync(request);
        Assert.Equal("from host\nrefused\n", output);
        Assert.Equal("back\n", await File.ReadAllTextAsync(directory["new/dir/out"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_volume_starts_with_what_the_image_has_there_and_outlives_the_container()
    {
        var mount = new VolumeMount("data", "/srv/data", ReadOnly: false, CopyContent: true);
        var (_, first, _) = await RunAsync(Sh("cat /srv/data/seed; stat -c %a /srv/data; echo more > /srv/data/more") with { Mounts = [mount] });
        var (_, second, _) = await RunAsync(Sh("ls /srv/data") with { Mounts = [mount] });
        Assert.Equal("seed\n750\n", first);
        Assert.Equal("more\nseed\n", second);
    }

    [Fact]
    public async Task An_anonymous_volume_goes_with_its_container()
    {
        MakeImage(Open(), "withvolume", new ContainerConfig { Volumes = ["/srv/data"] });
        var (_, output, _) = await RunAsync(Sh("cat /srv/data/seed; grep -c ' /srv/data ' /proc/self/mountinfo") with { Image = "withvolume" });
        Assert.Equal("seed\n1\n", output);
        Assert.Empty(new ContainerStore(Open()).Volumes.List());
    }

    [Fact]
    public async Task The_root_can_be_read_only_with_a_writable_place_in_memory()
    {
        var request = Sh("touch /x 2>/dev/null || echo refused; touch /t/x && echo written") with { ReadOnlyRoot = true, Mounts = [new MemoryMount("/t", 1 << 20)] };
        Assert.Equal("refused\nwritten\n", (await RunAsync(request)).Output);
    }

    [Fact]
    public async Task A_container_without_network_sees_the_loopback_alone() =>
        Assert.Equal("lo\n", (await RunAsync(Sh("ls /sys/class/net") with { Network = SandboxNetwork.None })).Output);

    [Fact]
    public async Task A_terminal_is_a_terminal()
    {
        var (code, output, _) = await RunAsync(Sh("tty >/dev/null && stty size; echo $TERM; exit 5") with { Terminal = true });
        Assert.Equal((5, "24 80\r\nxterm\r\n"), (code, output));
    }

    [Fact]
    public async Task A_running_container_can_be_removed_by_force()
    {
        var running = RunAsync(Sh("echo up; sleep 60") with { Name = "long", RemoveAtEnd = false });
        var containers = new ContainerStore(Open());
        while (containers.List() is not [{ Status: ContainerStatus.Running }])
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        var container = containers.Get("long");
        Assert.Equal(EngineException.StillRunning, Assert.Throws<EngineException>(() => containers.Remove(container, withVolumes: false)).Code);
        await containers.RemoveByForceAsync(container, withVolumes: true, TestContext.Current.CancellationToken);
        Assert.Equal(137, (await running).Code);
        Assert.Empty(containers.List());
    }

    private static ContainerRequest Base => new() { Image = "busybox", RemoveAtEnd = true };

    private static ContainerRequest Sh(string script) => Base with { Command = ["sh", "-c", script] };

    private static void MakeImage(Store store, string name, ContainerConfig config)
    {
        using var draft = store.Layers.Create([]);
        var root = draft.UpperPath;
        foreach (var part in new[] { "bin", "etc", "tmp", "proc", "sys", "dev", "srv/data" })
        {
            Directory.CreateDirectory(Path.Join(root, part));
        }

        File.Copy(Busybox, Path.Join(root, "bin/busybox"));
        foreach (var applet in new[] { "sh", "cat", "id", "pwd", "hostname", "test", "ls", "stat", "touch", "grep", "tty", "stty", "sleep" })
        {
            File.CreateSymbolicLink(Path.Join(root, "bin", applet), "busybox");
        }

        File.WriteAllText(Path.Join(root, "srv/data/seed"), "seed\n");
        using (var upper = draft.OpenUpper())
        {
            Inodes.ChangeMode(upper, "srv/data", 0b111_101_000);
        }

        var layer = store.Layers.Commit(draft);
        var bytes = ImageJson.Serialize(ImageConfig.ForPlatform(Platform.Host) with { Config = config });
        var digest = store.Blobs.Write(bytes);
        store.Images.Tag(ImageReference.Parse(name), new ImageRecord
        {
            ManifestDigest = digest,
            ConfigDigest = digest,
            Layers = [layer.Id],
            Created = DateTimeOffset.UnixEpoch,
            Size = 0,
            Platform = Platform.Host,
        });
    }

    private Store Open()
    {
        Assert.SkipUnless(store is not null, $"needs root and {Busybox} (Debian's busybox-static)");
        return store;
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(ContainerRequest request)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var services = new EngineServices(Open(), () => new RegistryClient(new RegistryOptions()), TimeProvider.System);
        var console = new ContainerConsole(() => Stream.Null, output, error);
        var code = await new ContainerRunner(services).RunAsync(request, console, TestContext.Current.CancellationToken);
        return (code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }
}
