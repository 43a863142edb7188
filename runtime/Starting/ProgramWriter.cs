using System.Diagnostics;
using SharpBuild.Linux;
using SharpBuild.Linux.Programs;
using SharpBuild.Runtime.Planning;

namespace SharpBuild.Runtime.Starting;

/// <summary>Turns a plan into the system calls that carry it out in the new process: the one interpreter of <see cref="SetupOp"/>.</summary>
internal sealed partial class ProgramWriter
{
    private const MountAttributes Inert = MountAttributes.NoSetId | MountAttributes.NoDevices | MountAttributes.NoExecute;
    private const int CurrentDirectory = Descriptors.CurrentDirectory;
    private const int ReadOnlyMode = 0b100_100_100;
    private const int DirectoryMode = 0b111_101_101;

    private readonly SyscallProgram program = new();
    private readonly SandboxDescriptors descriptors;
    private readonly HashSet<int> stagedSources = [];
    private Operand proc;
    private Operand sys;
    private Operand dev;
    private Operand emptyDirectory;
    private int staged;

    private ProgramWriter(SandboxDescriptors descriptors) => this.descriptors = descriptors;

    private Operand Root => descriptors.Root;

    /// <summary>Writes the program of a plan.</summary>
    public static SyscallProgram Write(SandboxPlan plan, SandboxDescriptors descriptors)
    {
        var writer = new ProgramWriter(descriptors);
        foreach (var step in plan.Steps)
        {
            writer.Write(step);
        }

        return writer.program;
    }

    private void Write(SetupOp step)
    {
        switch (step)
        {
            case DieWithLauncher: program.DieWithParent(); break;
            case AwaitGuard: program.Add(SyscallNumber.Read, "the guard", descriptors.Guarded, program.Values<long>([0]), 1); break;
            case ForbidTracing: program.ForbidTracing(); break;
            case JoinCgroup join: program.Add(SyscallNumber.Write, "a cgroup", descriptors.CgroupJoins[join.Number], program.Text("0"), 1); break;
            case StartSession: WriteSession(); break;
            case SetUmask umask: program.Add(SyscallNumber.Umask, null, umask.Mask); break;
            case RaiseLoopback: WriteLoopback(); break;
            case SetHostname name: WriteHostname(name.Name); break;
            case SetLimit limit: WriteLimit(limit); break;
            case TakeTerminal: WriteTerminal(); break;
            case ConnectInput input: WriteInput(input.Input); break;
            case ConnectOutputs: WriteOutputs(); break;
            case EnterDirectory directory: program.ChangeDirectory(directory.Path); break;
            case ForbidNewPrivileges: program.Control(38, 1); break; // PR_SET_NO_NEW_PRIVS
            case LimitCapabilities limit: WriteBoundingSet(limit); break;
            case LoadFilter: WriteFilter(); break;
            case BecomeUser user: WriteUser(user); break;
            case SetCapabilities set: WriteCapabilities(set); break;
            case Execute execute: WriteExecute(execute); break;
            default: WriteMount(step); break;
        }
    }

    private void WriteMount(SetupOp step)
    {
        switch (step)
        {
            case MakeMountsPrivate: program.MakeMountsPrivate(); break;
            case StageFiles: Stage(descriptors.Files!, "the in-memory files"); break;
            case StageMask: StageEmptyDirectory(); break;
            case StageSource stage: StageMountSource(stage.Mount); break;
            case AttachRoot root: WriteRoot(root); break;
            case MountProc mount: proc = Mount("proc", "/proc", mount.BindHost, Inert, "/proc"); break;
            case MountSys mount: sys = Mount("sysfs", "/sys", mount.BindHost, Inert | ReadOnlyIf(mount.ReadOnly), "/sys"); break;
            case MountCgroups mount: WriteCgroups(mount); break;
            case EnsureTarget target: WriteEnsure(target); break;
            case AttachFile file: WriteFile(file); break;
            case AttachMount mount: WriteMount(mount); break;
            case AttachTmpfs mount: WriteTmpfs(mount); break;
            case ProtectProc protect: WriteProtection(protect); break;
            case MaskPaths mask: WriteMasks(mask); break;
            case EnterRoot: program.EnterRoot(Root, staged); break;
            default: WriteDevices(step); break;
        }
    }

    private void WriteDevices(SetupOp step)
    {
        switch (step)
        {
            case MountDev: WriteDev(); break;
            case AttachDevice device: WriteDevice(device); break;
            case BindDevice device: WriteDevice(device); break;
            case LinkDevice link: program.MakeLink(dev, link.Name, link.Target); break;
            case MountTerminals mount: WriteTerminals(mount); break;
            case BindConsole: WriteConsole(); break;
            case MountSharedMemory mount: WriteSharedMemory(mount.Size); break;
            case MountMessageQueues: MountInDev("mqueue", "mqueue", DirectoryMode, Inert); break;
            default: throw new UnreachableException($"no program for {step.GetType().Name}");
        }
    }
}
