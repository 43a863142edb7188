using System.Collections.Immutable;
using SharpBuild.Linux;

namespace SharpBuild.Runtime.Planning;

/// <summary>One step of setting a sandbox up; the family is closed.</summary>
public abstract record SetupOp;

/// <summary>Shut the memory and descriptors of this process away from others, until it executes: they are the host's.</summary>
public sealed record ForbidTracing : SetupOp;

/// <summary>Ask for a kill when the thread that started the sandbox ends: containers never outlive us.</summary>
public sealed record DieWithLauncher : SetupOp;

/// <summary>Enter one of the cgroups that were made, before anything of the image runs.</summary>
public sealed record JoinCgroup(int Number) : SetupOp;

/// <summary>Give up the terminal, process group and keys of the launcher.</summary>
public sealed record StartSession : SetupOp;

/// <summary>Set the bits that new files lack.</summary>
public sealed record SetUmask(int Mask) : SetupOp;

/// <summary>Switch the loopback interface of a new network on.</summary>
public sealed record RaiseLoopback : SetupOp;

/// <summary>Keep mounts from spreading to the host.</summary>
public sealed record MakeMountsPrivate : SetupOp;

/// <summary>Bring the in-memory files into the namespace, out of sight, so that parts of them can be mounted.</summary>
public sealed record StageFiles : SetupOp;

/// <summary>Bring an empty directory into the namespace, out of sight, that will hide others.</summary>
public sealed record StageMask : SetupOp;

/// <summary>Bring the source of a bind mount into the namespace, out of sight, that only exists detached (needed before Linux 6.15).</summary>
public sealed record StageSource(int Mount) : SetupOp;

/// <summary>Attach the root. Usually no device file in it can be opened: the sandbox may make some, and has the capability to.</summary>
public sealed record AttachRoot(bool ReadOnly, bool AllowsDevices = false) : SetupOp;

/// <summary>Mount the processes of the new namespace, or the host's where the kernel refuses that.</summary>
public sealed record MountProc(bool BindHost) : SetupOp;

/// <summary>Mount the kernel's objects, or the host's where the kernel refuses that.</summary>
public sealed record MountSys(bool ReadOnly, bool BindHost) : SetupOp;

/// <summary>Mount the cgroups below the sandbox's own.</summary>
public sealed record MountCgroups(bool ReadOnly) : SetupOp;

/// <summary>Mount an empty <c>/dev</c>.</summary>
public sealed record MountDev : SetupOp;

/// <summary>Show a device file of the sandbox's own in <c>/dev</c>: what it does to the file's mode and owner is its own affair.</summary>
public sealed record AttachDevice(string Name, int File) : SetupOp;

/// <summary>Show the host's own device file in <c>/dev</c>, where none can be made, as in a user namespace: read-only, so that only the device can be written.</summary>
public sealed record BindDevice(string Name, bool Optional = false) : SetupOp;

/// <summary>Make a symbolic link in <c>/dev</c>.</summary>
public sealed record LinkDevice(string Name, string Target) : SetupOp;

/// <summary>Mount terminals of the sandbox's own: made before when it has one already.</summary>
public sealed record MountTerminals(bool Prepared, uint? Group) : SetupOp;

/// <summary>Show the sandbox's terminal as <c>/dev/console</c>.</summary>
public sealed record BindConsole : SetupOp;

/// <summary>Mount <c>/dev/shm</c>.</summary>
public sealed record MountSharedMemory(long Size) : SetupOp;

/// <summary>Mount <c>/dev/mqueue</c>.</summary>
public sealed record MountMessageQueues : SetupOp;

/// <summary>Make a place to mount on inside of something that was mounted before.</summary>
public sealed record EnsureTarget(string Path, bool IsDirectory) : SetupOp;

/// <summary>Mount one of the in-memory files.</summary>
public sealed record AttachFile(int File, string Target, bool ReadOnly, bool IsExecutable, bool IsDevice = false) : SetupOp;

/// <summary>Mount one of the bind mounts.</summary>
public sealed record AttachMount(int Mount, string Target, bool ReadOnly, bool Recursive, bool IsDevice = false, bool NoSetId = false, bool NoExecute = false) : SetupOp;

/// <summary>Mount an empty file system in memory.</summary>
public sealed record AttachTmpfs(string Target, long? Size, int Mode) : SetupOp;

/// <summary>Make parts of <c>/proc</c> read-only.</summary>
public sealed record ProtectProc(ImmutableArray<string> Names) : SetupOp;

/// <summary>Hide directories and files of <c>/proc</c> and <c>/sys</c>.</summary>
public sealed record MaskPaths(ImmutableArray<string> ProcDirectories, ImmutableArray<string> ProcFiles, ImmutableArray<string> SysDirectories) : SetupOp;

/// <summary>Make the attached root the root, and let go of the host's.</summary>
public sealed record EnterRoot : SetupOp;

/// <summary>Set the host name.</summary>
public sealed record SetHostname(string Name) : SetupOp;

/// <summary>Set a limit of setrlimit(2).</summary>
public sealed record SetLimit(string Name, int Resource, long Soft, long Hard) : SetupOp;

/// <summary>Make the terminal the controlling one, and standard input, output and error.</summary>
public sealed record TakeTerminal : SetupOp;

/// <summary>Connect standard input.</summary>
public sealed record ConnectInput(SandboxInput Input) : SetupOp;

/// <summary>Connect standard output and error to the pipes.</summary>
public sealed record ConnectOutputs : SetupOp;

/// <summary>Enter the working directory.</summary>
public sealed record EnterDirectory(string Path) : SetupOp;

/// <summary>Let set-id programs gain nothing from here on.</summary>
public sealed record ForbidNewPrivileges : SetupOp;

/// <summary>Take capabilities out of what any program here can ever gain.</summary>
public sealed record LimitCapabilities(CapabilitySet Keep, int Last) : SetupOp;

/// <summary>Load the filter of system calls; must come before the capability for it is given up.</summary>
public sealed record LoadFilter : SetupOp;

/// <summary>Become the user.</summary>
public sealed record BecomeUser(uint Uid, uint Gid, ImmutableArray<uint> Groups, bool CanSetGroups, bool KeepCapabilities) : SetupOp;

/// <summary>Set the capabilities of the process itself.</summary>
public sealed record SetCapabilities(CapabilitySet Effective, CapabilitySet Inheritable) : SetupOp;

/// <summary>Wait until the sandbox has its guard.</summary>
public sealed record AwaitGuard : SetupOp;

/// <summary>Execute the command: the first path that can be.</summary>
public sealed record Execute(ImmutableArray<string> Paths, ImmutableArray<string> Arguments, ImmutableArray<string> Environment) : SetupOp;
