namespace SharpBuild.Linux.Programs;

/// <summary>The CLONE_* flags of clone3(2).</summary>
[Flags]
public enum CloneFlags : ulong
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>CLONE_VM: share the memory.</summary>
    SharedMemory = 0x100,

    /// <summary>CLONE_PIDFD.</summary>
    ProcessDescriptor = 0x1000,

    /// <summary>CLONE_VFORK: the caller sleeps until the child executes or ends.</summary>
    WaitForExec = 0x4000,

    /// <summary>CLONE_NEWNS.</summary>
    NewMounts = 0x2_0000,

    /// <summary>CLONE_NEWCGROUP.</summary>
    NewCgroup = 0x200_0000,

    /// <summary>CLONE_NEWUTS.</summary>
    NewHostname = 0x400_0000,

    /// <summary>CLONE_NEWIPC.</summary>
    NewIpc = 0x800_0000,

    /// <summary>CLONE_NEWUSER.</summary>
    NewUser = 0x1000_0000,

    /// <summary>CLONE_NEWPID.</summary>
    NewProcessIds = 0x2000_0000,

    /// <summary>CLONE_NEWNET.</summary>
    NewNetwork = 0x4000_0000,

    /// <summary>CLONE_CLEAR_SIGHAND: no handler of ours in the child.</summary>
    ClearHandlers = 0x1_0000_0000,

    /// <summary>CLONE_INTO_CGROUP.</summary>
    IntoCgroup = 0x2_0000_0000,
}
