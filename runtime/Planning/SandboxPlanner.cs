using System.Collections.Immutable;
using System.Diagnostics;
using SharpBuild.Linux;
using SharpBuild.Linux.Programs;

namespace SharpBuild.Runtime.Planning;

/// <summary>Decides how a sandbox is set up. Pure: it asks neither the kernel nor a disk.</summary>
/// <remarks>
/// The order is not free: sources are staged before the root, file systems that hide something are made while the
/// host's are still in sight, the filter is loaded before the capability for it is gone, and the wish to die with the
/// launcher is renewed after every change of ids, which cancels it (prctl(2)).
/// </remarks>
public static class SandboxPlanner
{
    private const uint TerminalGroup = 5;
    private const int OpenMask = 0;
    private const int UsualMask = 0b010_010;

    private static readonly string[] Devices = ["null", "zero", "full", "random", "urandom", "tty"];

    private static readonly string[] InsecureDevices =
    [
        "kmsg", "cuse", "fuse", "kvm", "net/tun", "loop-control", "loop0", "loop1", "loop2", "loop3", "loop4", "loop5", "loop6", "loop7",
    ];

    private static readonly MaskPaths Masked = new(
        ["acpi", "asound", "scsi"],
        ["kcore", "keys", "latency_stats", "timer_list", "timer_stats", "sched_debug"],
        ["firmware", "devices/virtual/powercap"]);

    private static readonly ProtectProc Protected = new(["bus", "fs", "irq", "sys", "sysrq-trigger"]);

    /// <summary>Plans a sandbox.</summary>
    public static SandboxPlan Plan(SandboxPlanInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var steps = ImmutableArray.CreateBuilder<SetupOp>(64);
        steps.Add(new ForbidTracing());
        steps.Add(new DieWithLauncher());
        for (var index = 0; index < input.CgroupJoins; index++)
        {
            steps.Add(new JoinCgroup(index));
        }

        steps.Add(new StartSession());
        steps.Add(new SetUmask(OpenMask));
        if (input.Spec.Network == SandboxNetwork.None)
        {
            steps.Add(new RaiseLoopback());
        }

        AddRoot(steps, input);
        AddDevices(steps, input);
        AddMounts(steps, input);
        AddProtection(steps, input);
        AddProcess(steps, input);
        AddPrivileges(steps, input);
        steps.Add(new AwaitGuard());
        steps.Add(new DieWithLauncher());
        steps.Add(new Execute(input.Executables, input.Spec.Arguments, input.Environment));
        return new(Namespaces(input), steps.DrainToImmutable());
    }

    /// <summary>The devices of a sandbox, besides those that it is given as mounts.</summary>
    public static IEnumerable<BindDevice> DevicesOf(SandboxSpec spec, HostSupport host)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(host);
        var usual = Devices.Select(static name => new BindDevice(name));
        return spec.Security == SandboxSecurity.Insecure && !host.InUserNamespace
            ? usual.Concat(InsecureDevices.Select(static name => new BindDevice(name, Optional: true)))
            : usual;
    }

    private static CloneFlags Namespaces(SandboxPlanInput input) =>
        CloneFlags.NewMounts | CloneFlags.NewHostname | CloneFlags.NewIpc | CloneFlags.NewProcessIds
        | (input.Spec.Network == SandboxNetwork.None ? CloneFlags.NewNetwork : CloneFlags.None)
        | (input.Host.HasUnifiedCgroups ? CloneFlags.NewCgroup : CloneFlags.None);

    private static void AddRoot(ImmutableArray<SetupOp>.Builder steps, SandboxPlanInput input)
    {
        var insecure = input.Spec.Security == SandboxSecurity.Insecure;
        steps.Add(new MakeMountsPrivate());
        steps.Add(new StageFiles());
        if (!insecure)
        {
            steps.Add(new StageMask());
        }

        for (var index = 0; index < input.Mounts.Length; index++)
        {
            if (input.Mounts[index].MustBeStaged)
            {
                steps.Add(new StageSource(index));
            }
        }

        steps.Add(new AttachRoot(input.Spec.ReadOnlyRoot, AllowsDevices: insecure && !input.Host.InUserNamespace));
        steps.Add(new MountProc(BindHost: !input.Host.CanMountProc));

        // Whoever does not own the network namespace may not have a fresh view of its devices.
        steps.Add(new MountSys(!insecure, BindHost: input.Host.InUserNamespace && input.Spec.Network == SandboxNetwork.Host));
        if (input.Host.HasUnifiedCgroups)
        {
            steps.Add(new MountCgroups(!insecure));
        }
    }

    private static void AddDevices(ImmutableArray<SetupOp>.Builder steps, SandboxPlanInput input)
    {
        steps.Add(new MountDev());
        foreach (var device in DevicesOf(input.Spec, input.Host))
        {
            steps.Add(input.DeviceFiles.TryGetValue(device.Name, out var file) ? new AttachDevice(device.Name, file) : device);
        }

        steps.Add(new LinkDevice("fd", "/proc/self/fd"));
        steps.Add(new LinkDevice("stdin", "/proc/self/fd/0"));
        steps.Add(new LinkDevice("stdout", "/proc/self/fd/1"));
        steps.Add(new LinkDevice("stderr", "/proc/self/fd/2"));
        steps.Add(new LinkDevice("ptmx", "pts/ptmx"));
        if (input.Host.HasKernelCore)
        {
            steps.Add(new LinkDevice("core", "/proc/kcore"));
        }

        var hasTerminal = input.Spec.Stdio is TerminalStdio;
        steps.Add(new MountTerminals(hasTerminal, input.Host.HasTerminalGroup ? TerminalGroup : null));
        if (hasTerminal)
        {
            steps.Add(new BindConsole());
        }

        steps.Add(new MountSharedMemory(input.Spec.ShmSize));
        steps.Add(new MountMessageQueues());
    }

    private static void AddMounts(ImmutableArray<SetupOp>.Builder steps, SandboxPlanInput input)
    {
        for (var index = 0; index < input.Mounts.Length; index++)
        {
            var mount = input.Mounts[index];
            if (mount.IsNested)
            {
                steps.Add(new EnsureTarget(mount.Target, mount.IsDirectory));
            }

            steps.Add(mount.Mount switch
            {
                BindMount bind => new AttachMount(index, mount.Target, bind.ReadOnly, bind.Recursive, NoSetId: bind.NoSetId, NoExecute: bind.NoExecute),
                DeviceMount when mount.File >= 0 => new AttachFile(mount.File, mount.Target, ReadOnly: false, IsExecutable: false, IsDevice: true),
                DeviceMount => new AttachMount(index, mount.Target, ReadOnly: true, Recursive: false, IsDevice: true),
                TmpfsMount tmpfs => new AttachTmpfs(mount.Target, tmpfs.Size, tmpfs.Mode),
                FileMount file => new AttachFile(mount.File, mount.Target, file.ReadOnly, file.IsExecutable),
                SocketMount => new AttachFile(mount.File, mount.Target, ReadOnly: true, IsExecutable: false),
                _ => throw new UnreachableException($"no step for {mount.Mount.GetType().Name}"),
            });
        }
    }

    private static void AddProtection(ImmutableArray<SetupOp>.Builder steps, SandboxPlanInput input)
    {
        if (input.Spec.Security == SandboxSecurity.Default)
        {
            steps.Add(Protected);
            steps.Add(Masked);
        }

        steps.Add(new EnterRoot());
        steps.Add(new SetHostname(input.Spec.Hostname));
    }

    private static void AddProcess(ImmutableArray<SetupOp>.Builder steps, SandboxPlanInput input)
    {
        switch (input.Spec.Stdio)
        {
            case TerminalStdio:
                steps.Add(new TakeTerminal());
                break;
            case PipedStdio pipes:
                steps.Add(new ConnectInput(pipes.Input));
                steps.Add(new ConnectOutputs());
                break;
        }

        steps.Add(new SetUmask(UsualMask));
        if (input.IsDirectoryNested)
        {
            steps.Add(new EnsureTarget(input.Spec.WorkingDirectory, IsDirectory: true));
        }

        steps.Add(new EnterDirectory(input.Spec.WorkingDirectory));

        // Late: a small number of open files would already hinder the steps before.
        foreach (var limit in input.Spec.Ulimits)
        {
            steps.Add(new SetLimit(limit.Name, ResourceNames.NumberOf(limit.Name), limit.Soft, limit.Hard));
        }
    }

    private static void AddPrivileges(ImmutableArray<SetupOp>.Builder steps, SandboxPlanInput input)
    {
        var insecure = input.Spec.Security == SandboxSecurity.Insecure;
        var keep = input.Host.Capabilities & (insecure ? input.Host.Capabilities : CapabilitySet.ContainerDefault);
        if (input.Spec.NoNewPrivileges)
        {
            steps.Add(new ForbidNewPrivileges());
        }

        if (!insecure)
        {
            steps.Add(new LimitCapabilities(keep, input.Host.LastCapability));
            steps.Add(new LoadFilter());
        }

        var user = input.User;
        steps.Add(new BecomeUser(user.Uid, user.Gid, user.Groups, input.Host.CanSetGroups, KeepCapabilities: insecure && user.Uid != 0));

        // An ordinary user lost all capabilities with the change of ids, and exec would take them from him anyway.
        if (user.Uid == 0 || insecure)
        {
            steps.Add(new SetCapabilities(keep, insecure ? keep : CapabilitySet.None));
        }
    }
}
