using System.Collections.Immutable;
using System.CommandLine;
using SharpBuild.Cli.Arguments;
using SharpBuild.Cli.Building;
using SharpBuild.Cli.Help;
using SharpBuild.Cli.Rendering;
using SharpBuild.Cli.Running;
using SharpBuild.Engine;
using SharpBuild.Runtime;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild run</c>: the options of <c>docker run</c>, in the foreground.</summary>
internal sealed class RunCommand : CliCommand
{
    private static readonly string[] Missing =
    [
        "--detach", "-d", "--init", "--privileged", "--cap-add", "--cap-drop", "--security-opt", "--device", "--memory", "-m", "--memory-swap", "--cpus",
        "--cpu-shares", "-c", "--cpuset-cpus", "--pids-limit", "--restart", "--label", "-l", "--label-file", "--attach", "-a", "--cidfile", "--dns",
        "--dns-search", "--dns-option", "--domainname", "--expose", "--gpus", "--group-add", "--health-cmd", "--ip", "--ipc", "--link", "--log-driver",
        "--mac-address", "--network-alias", "--no-healthcheck", "--oom-score-adj", "--pid", "--pull", "--runtime", "--sig-proxy",
        "--stop-signal", "--stop-timeout", "--sysctl", "--userns", "--uts", "--volumes-from", "--cgroup-parent", "--cgroupns", "--annotation",
    ];

    /// <summary>Declares the options.</summary>
    public RunCommand()
        : base("run", "[OPTIONS] IMAGE [COMMAND] [ARG…]", "Runs a command in a new container and waits for it to end.")
    {
        Section("Foreground");
        Interactive = Flag("--interactive", "Pass standard input to the container", "-i");
        Terminal = Flag("--tty", "Allocate a terminal", "-t");
        Remove = Flag("--rm", "Remove the container and its anonymous volumes when it ends");
        Section("Process");
        Env = Value("--env", "-e", "NAME[=VALUE]", "Set a variable; without =VALUE, take it from the environment");
        EnvFile = Value("--env-file", "PATH", "Read variables from a file");
        WorkDirectory = Value("--workdir", "-w", "DIR", "Working directory");
        User = Value("--user", "-u", "USER[:GROUP]", "User and group, by name or number");
        Entrypoint = Value("--entrypoint", "PATH", "Replace the image's entrypoint ('' for none)");
        Section("Container");
        ContainerName = Value("--name", "NAME", "Name the container");
        Platform = Value("--platform", "OS/ARCH", "Use the image for this platform (default: this machine's)");
        Hostname = Value("--hostname", "-h", "NAME", "Host name of the container");
        Network = Value("--network", "MODE", "Network: host or none");
        AddHost = Value("--add-host", "HOST=IP", "Add a line to /etc/hosts");
        ReadOnly = Flag("--read-only", "Mount the container's root file system read-only");
        ShmSize = Value("--shm-size", "SIZE", "Size of /dev/shm (64m)");
        Ulimit = Value("--ulimit", "NAME=SOFT[:HARD]", "Limit each process, such as nofile=1024");
        Section("Files");
        Volume = Value("--volume", "-v", "[SOURCE:]TARGET[:ro]", "Mount a host directory or a named volume");
        Tmpfs = Value("--tmpfs", "TARGET[:size=SIZE]", "Mount an empty directory in memory");
        Mount = Value("--mount", "type=TYPE,…", "Mount a bind, volume or tmpfs: source=…,target=…[,readonly]");
        Image = Positional("IMAGE", 1, 100_000);
    }

    /// <inheritdoc/>
    public override bool StopsAtFirstArgument => true;

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> NotBuilt => Missing;

    /// <inheritdoc/>
    public override ImmutableArray<HelpExample> Examples =>
    [
        new("sharpbuild run --rm -it hello sh", "a shell in a container that leaves nothing behind"),
        new("sharpbuild run -v $PWD:/src -w /src -u 1000 hello make", "run a command on files of the host"),
        new("sharpbuild run --name db -v data:/var/lib/db postgres", "run a service with a named volume"),
    ];

    internal Option<string[]> Interactive { get; }

    internal Option<string[]> Terminal { get; }

    internal Option<string[]> Remove { get; }

    internal Option<string[]> Env { get; }

    internal Option<string[]> EnvFile { get; }

    internal Option<string[]> WorkDirectory { get; }

    internal Option<string[]> User { get; }

    internal Option<string[]> Entrypoint { get; }

    internal Option<string[]> ContainerName { get; }

    internal Option<string[]> Platform { get; }

    internal Option<string[]> Hostname { get; }

    internal Option<string[]> Network { get; }

    internal Option<string[]> AddHost { get; }

    internal Option<string[]> ReadOnly { get; }

    internal Option<string[]> ShmSize { get; }

    internal Option<string[]> Ulimit { get; }

    internal Option<string[]> Volume { get; }

    internal Option<string[]> Tmpfs { get; }

    internal Option<string[]> Mount { get; }

    internal Argument<string[]> Image { get; }

    /// <inheritdoc/>
    public override string? WhyNotBuilt(string option) =>
        option is "-p" or "--publish" or "-P" or "--publish-all"
            ? "needs private networks, which are not supported; containers share the host's network, so their ports are reachable already"
            : base.WhyNotBuilt(option);

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        var request = Read(arguments, host.Lookup);
        await using var store = host.OpenStore(arguments);
        var services = new EngineServices(store, () => host.CreateRegistryClient(arguments), host.Clock)
        {
            Runtime = new RuntimeOptions(),
            Tell = text => host.ComplainNow($"sharpbuild: {text}\n"),
        };
        try
        {
            return await new ContainerRunner(services).RunAsync(request, StandardStreams.OpenConsole(), CancellationToken.None);
        }
        catch (IOException gone) when (gone.HResult == CommandHost.BrokenPipe)
        {
            throw;
        }
#pragma warning disable CA1031 // As docker run: whatever keeps a container from running has its own exit codes.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            FailureText.Write(host.Error, Failures.Report(failure));
            return (failure as SandboxException)?.ExitCode ?? ExitCodes.Usage;
        }
    }

    /// <summary>Understands the options.</summary>
    /// <exception cref="UsageException">A value makes no sense.</exception>
    internal ContainerRequest Read(ParsedArguments arguments, Func<string, string?> lookup)
    {
        var words = arguments.Values(Image);
        return new ContainerRequest
        {
            Image = words[0],
            Platform = PlatformText.TryRead(arguments.Last(Platform)),
            Command = [.. words.Skip(1)],
            Entrypoint = arguments.Last(Entrypoint),
            Name = arguments.Last(ContainerName),
            Environment = EnvironmentOptions.Read(arguments.All(Env), arguments.All(EnvFile), lookup),
            WorkingDirectory = arguments.Last(WorkDirectory),
            User = arguments.Last(User),
            Hostname = arguments.Last(Hostname),
            Network = ReadNetwork(arguments.Last(Network)),
            ExtraHosts = [.. arguments.All(AddHost).Select(ExtraHost.Parse)],
            Mounts =
            [
                .. arguments.All(Volume).Select(MountOptions.ParseVolume),
                .. arguments.All(Tmpfs).Select(MountOptions.ParseTmpfs),
                .. arguments.All(Mount).Select(MountOptions.ParseMount),
            ],
            ShmSize = arguments.Last(ShmSize) is { } size ? SizeText.ParseOrUsual("--shm-size", size) : null,
            Ulimits = [.. arguments.All(Ulimit).Select(UlimitText.Parse)],
            ReadOnlyRoot = arguments.Has(ReadOnly),
            Interactive = arguments.Has(Interactive),
            Terminal = arguments.Has(Terminal),
            RemoveAtEnd = arguments.Has(Remove),
        };
    }

    private static SandboxNetwork ReadNetwork(string? text) => text switch
    {
        null or "" or "host" => SandboxNetwork.Host,
        "none" => SandboxNetwork.None,
        _ => throw new UsageException($"--network {text}: private networks are not supported; use host or none"),
    };
}
