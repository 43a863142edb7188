using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;
using SharpBuild.Linux.Programs;
using SharpBuild.Runtime;
using SharpBuild.Runtime.Planning;
using SharpBuild.Runtime.Roots;
using SharpBuild.Runtime.Starting;
using Xunit;

namespace SharpBuild.UnitTests.Runtime;

public sealed class SandboxPlannerTests
{
    private static readonly HostSupport Host = new() { IsRoot = true, InUserNamespace = false, Capabilities = (CapabilitySet)0x1ff_ffff_ffff };

    private static readonly SandboxSpec Spec = new()
    {
        Root = Handle(100),
        Arguments = ["true"],
        Environment = ["PATH=/usr/bin:/bin"],
    };

    [Fact]
    public void The_usual_sandbox()
    {
        var plan = Plan(Spec, Host);

        Assert.Equal(
            "ForbidTracing DieWithLauncher StartSession SetUmask MakeMountsPrivate StageFiles StageMask AttachRoot MountProc MountSys MountDev "
            + "BindDevice BindDevice BindDevice BindDevice BindDevice BindDevice LinkDevice LinkDevice LinkDevice LinkDevice LinkDevice "
            + "LinkDevice MountTerminals MountSharedMemory MountMessageQueues ProtectProc MaskPaths EnterRoot SetHostname ConnectInput "
            + "ConnectOutputs SetUmask EnterDirectory LimitCapabilities LoadFilter BecomeUser SetCapabilities AwaitGuard DieWithLauncher Execute",
            Names(plan));
        Assert.Equal(
            CloneFlags.NewMounts | CloneFlags.NewHostname | CloneFlags.NewIpc | CloneFlags.NewProcessIds, plan.Namespaces);
        Assert.Contains(new SetCapabilities(CapabilitySet.ContainerDefault, CapabilitySet.None), plan.Steps);
        Assert.Equal(0xa80425fbUL, (ulong)CapabilitySet.ContainerDefault);
    }

    [Fact]
    public void An_insecure_sandbox_is_not_limited_but_still_apart()
    {
        var plan = Plan(Spec with { Security = SandboxSecurity.Insecure }, Host);

        Assert.DoesNotContain(plan.Steps, step => step is LoadFilter or MaskPaths or ProtectProc or LimitCapabilities);
        Assert.Contains(new MountSys(ReadOnly: false, BindHost: false), plan.Steps);
        Assert.Contains(new SetCapabilities(Host.Capabilities, Host.Capabilities), plan.Steps);
        Assert.Contains(new BindDevice("kvm", Optional: true), plan.Steps);
        Assert.True(plan.Namespaces.HasFlag(CloneFlags.NewProcessIds));
    }

    [Fact]
    public void A_network_of_its_own_has_a_loopback_interface()
    {
        var plan = Plan(Spec with { Network = SandboxNetwork.None }, Host);

        Assert.True(plan.Namespaces.HasFlag(CloneFlags.NewNetwork));
        Assert.Contains(new RaiseLoopback(), plan.Steps);
    }

    [Fact]
    public void In_a_user_namespace_the_hosts_network_shows_only_the_hosts_sys()
    {
        var rootless = Host with { InUserNamespace = true, HasTerminalGroup = false, CanSetGroups = false, CanMountProc = false };

        Assert.Contains(new MountSys(ReadOnly: true, BindHost: true), Plan(Spec, rootless).Steps);
        Assert.Contains(new MountSys(ReadOnly: true, BindHost: false), Plan(Spec with { Network = SandboxNetwork.None }, rootless).Steps);
        Assert.Contains(new MountProc(BindHost: true), Plan(Spec, rootless).Steps);
        Assert.Contains(new MountTerminals(Prepared: false, Group: null), Plan(Spec, rootless).Steps);
        Assert.Contains(Plan(Spec, rootless).Steps, step => step is BecomeUser { CanSetGroups: false });
    }

    [Fact]
    public void With_one_tree_of_cgroups_the_sandbox_sees_its_own()
    {
        var plan = Plan(Spec, Host with { HasUnifiedCgroups = true });

        Assert.True(plan.Namespaces.HasFlag(CloneFlags.NewCgroup));
        Assert.Contains(new MountCgroups(ReadOnly: true), plan.Steps);
    }

    [Fact]
    public void An_ordinary_user_has_no_capabilities_to_set() =>
        Assert.DoesNotContain(Plan(Spec, Host, new ResolvedUser(1000, 1000, [1000], "/")).Steps, step => step is SetCapabilities);

    [Fact]
    public void The_filter_is_loaded_before_the_capability_for_it_is_gone()
    {
        var steps = Plan(Spec, Host).Steps.ToList();

        Assert.True(steps.FindIndex(step => step is LoadFilter) < steps.FindIndex(step => step is BecomeUser));
        Assert.True(steps.FindIndex(step => step is LimitCapabilities) < steps.FindIndex(step => step is LoadFilter));
        Assert.True(steps.FindLastIndex(step => step is DieWithLauncher) > steps.FindIndex(step => step is SetCapabilities));
    }

    [Fact]
    public void A_mount_inside_another_gets_its_place_made_there()
    {
        var mounts = ImmutableArray.Create(
            new PlannedMount(new TmpfsMount("/cache"), "/cache", IsDirectory: true),
            new PlannedMount(new TmpfsMount("/cache/deep"), "/cache/deep", IsDirectory: true, IsNested: true));

        var plan = SandboxPlanner.Plan(Input(Spec, Host, null) with { Mounts = mounts });

        Assert.Contains("AttachTmpfs EnsureTarget AttachTmpfs", Names(plan), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_ulimit_is_refused_with_the_names_that_are_known()
    {
        var refusal = Assert.Throws<SandboxException>(() => Plan(Spec with { Ulimits = [new("files", 1, 1)] }, Host));

        Assert.Contains("nofile", refusal.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void The_program_of_the_end_is_in_the_order_that_the_kernel_needs()
    {
        using var descriptors = new SandboxDescriptors { Root = Handle(100), Files = Handle(101), Output = Handle(102), Error = Handle(103) };
        var program = ProgramWriter.Write(Plan(Spec, Host), descriptors).ToString();
        var end = program[program.IndexOf(" fchdir", StringComparison.Ordinal)..];
        var calls = string.Join(' ', end.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.TrimStart(' ', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9')).Select(line => line[..line.IndexOf('(', StringComparison.Ordinal)])
            .Where(name => name is not ("prctl" or "rt_sigaction")));

        Assert.Equal(
            "fchdir pivot_root umount2 umount2 umount2 chdir sethostname openat2 dup2 dup2 dup2 umask chdir seccomp setgroups setresgid "
            + "setresuid capset read write close_range rt_sigprocmask execve execve",
            calls);
    }

    [Fact]
    public void A_devices_own_file_is_shown_where_there_is_one()
    {
        var input = Input(Spec, Host, null) with { DeviceFiles = ImmutableDictionary<string, int>.Empty.Add("null", 7) };

        var plan = SandboxPlanner.Plan(input);

        Assert.Contains(new AttachDevice("null", 7), plan.Steps);
        Assert.DoesNotContain(new BindDevice("null"), plan.Steps);
        Assert.Contains(new BindDevice("zero"), plan.Steps);
    }

    private static SandboxPlan Plan(SandboxSpec spec, HostSupport host, ResolvedUser? user = null) =>
        SandboxPlanner.Plan(Input(spec, host, user));

    private static SandboxPlanInput Input(SandboxSpec spec, HostSupport host, ResolvedUser? user) => new(
        spec, host, user ?? new ResolvedUser(0, 0, [0], "/root"), [], spec.Environment, ["/usr/bin/true", "/bin/true"], IsDirectoryNested: false);

    private static string Names(SandboxPlan plan) => string.Join(' ', plan.Steps.Select(step => step.GetType().Name));

    private static SafeFileHandle Handle(int number) => new(number, ownsHandle: false);
}
