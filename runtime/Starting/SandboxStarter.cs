using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;
using SharpBuild.Linux.Programs;
using SharpBuild.Runtime.Planning;
using SharpBuild.Runtime.Roots;

namespace SharpBuild.Runtime.Starting;

/// <summary>One start: prepares by descriptor what needs thought, plans, and runs the plan in a new process.</summary>
#pragma warning disable CA1001 // the streams are handed to the sandbox, or closed by Undo
internal sealed class SandboxStarter
#pragma warning restore CA1001
{
    private const int Kill = 9; // SIGKILL

    private readonly SandboxSpec spec;
    private readonly RuntimeOptions options;
    private readonly MountPoints points;
    private readonly StandardStreams streams = new();
    private SandboxCgroup? cgroup;

    private SandboxStarter(SandboxSpec spec, RuntimeOptions options)
    {
        this.spec = spec;
        this.options = options;
        points = new MountPoints(spec.Root);
    }

    /// <summary>Starts a sandbox, or leaves nothing behind.</summary>
    public static Sandbox Start(SandboxSpec spec, RuntimeOptions options)
    {
        var starter = new SandboxStarter(spec, options);
        try
        {
            return starter.Start();
        }
        catch (Exception exception)
        {
            starter.Undo();
            throw exception is SyscallException refusal
                ? new SandboxException($"the sandbox could not be prepared: {refusal.Message}", refusal)
                : exception;
        }
    }

    private Sandbox Start()
    {
        var user = UserResolver.Resolve(spec.Root, spec.User);
        user = user with { Groups = [.. user.Groups.Union(spec.AdditionalGroups)] };
        using var descriptors = OpenRoot();
        streams.Open(spec.Stdio, user, options.Host, descriptors);
        cgroup = SandboxCgroup.Create(spec, options);
        descriptors.CgroupJoins = cgroup?.Joins ?? [];
        var plan = SandboxPlanner.Plan(Prepare(user, descriptors));
        var program = ProgramWriter.Write(plan, descriptors);
        var (process, guard) = LauncherThread.Run(() => Run(program, plan, descriptors.Guard.Writer));
        cgroup?.CloseHandles();
        return new Sandbox(process, guard, streams, points, cgroup);
    }

    private SandboxDescriptors OpenRoot()
    {
        // A second mount of the root gets the sandbox's attributes and mount points; the caller's stays as it is.
        var second = DetachedMounts.TryCloneTree(spec.Root, "", recursive: false, out _);
        return new SandboxDescriptors { Root = second ?? spec.Root, OwnsRoot = second is not null };
    }

    private SandboxPlanInput Prepare(ResolvedUser user, SandboxDescriptors descriptors)
    {
        var files = new InMemoryFiles();
        descriptors.Files = files.Root;
        var resolver = NameFiles.Resolver(HostFiles.Resolver(), keepLoopback: spec.Network == SandboxNetwork.Host);
        var mounts = PreparedMounts.Prepare(spec, points, files, user, options.Host.InUserNamespace, resolver, sources => descriptors.Mounts = sources);
        var nested = PreparedMounts.IsNested(spec.WorkingDirectory, mounts);
        if (!nested)
        {
            points.EnsureForGood(spec.WorkingDirectory, user.Uid, user.Gid);
        }

        var environment = CommandLookup.WithHome(spec.Environment, user.Home);
        var executables = CommandLookup.Candidates(spec.Arguments[0], environment);
        return new(spec, options.Host, user, mounts, environment, executables, nested) 
        {
            CgroupJoins = descriptors.CgroupJoins.Count,
            DeviceFiles = DeviceFile.MakeUsual(spec, options.Host, files),
        };
    }

    private ((int Id, SafeFileHandle Descriptor) Process, SandboxGuard Guard) Run(SyscallProgram program, SandboxPlan plan, SafeFileHandle guarded)
    {
        using var run = ProgramStarter.Start(program, plan.Namespaces, cgroup?.BirthPlace);
        var process = run.TakeDescriptor();
        SandboxGuard? guard = null;
        try
        {
            guard = SandboxGuard.Start(process, spec.Held);
            Pipes.Put(guarded, [1]);
            return run.WaitForExec() is { } failure
                ? throw StartFailure.From(failure, spec.Arguments[0], run.Failures)
                : ((run.ProcessId, process), guard);
        }
        catch
        {
            Processes.SendSignal(process, Kill);
            _ = Processes.Wait(process);
            process.Dispose();
            guard?.Dispose();
            throw;
        }
    }

    private void Undo()
    {
        streams.Dispose();
        points.Dispose();
        cgroup?.CloseHandles();
        _ = cgroup?.RemoveAsync().AsTask();
    }
}
