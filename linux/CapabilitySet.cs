namespace SharpBuild.Linux;

/// <summary>The capabilities of capabilities(7), bit n for number n.</summary>
[Flags]
public enum CapabilitySet : ulong
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>CAP_CHOWN.</summary>
    ChangeOwner = 1 << 0,

    /// <summary>CAP_DAC_OVERRIDE.</summary>
    OverridePermissions = 1 << 1,

    /// <summary>CAP_FOWNER.</summary>
    ActAsOwner = 1 << 3,

    /// <summary>CAP_FSETID.</summary>
    KeepSetId = 1 << 4,

    /// <summary>CAP_KILL.</summary>
    Kill = 1 << 5,

    /// <summary>CAP_SETGID.</summary>
    SetGroupId = 1 << 6,

    /// <summary>CAP_SETUID.</summary>
    SetUserId = 1 << 7,

    /// <summary>CAP_SETPCAP.</summary>
    SetCapabilities = 1 << 8,

    /// <summary>CAP_NET_BIND_SERVICE.</summary>
    BindService = 1 << 10,

    /// <summary>CAP_NET_RAW.</summary>
    RawNetwork = 1 << 13,

    /// <summary>CAP_SYS_CHROOT.</summary>
    ChangeRoot = 1 << 18,

    /// <summary>CAP_MKNOD.</summary>
    MakeNode = 1 << 27,

    /// <summary>CAP_AUDIT_WRITE.</summary>
    WriteAudit = 1 << 29,

    /// <summary>CAP_SETFCAP.</summary>
    SetFileCapabilities = 1UL << 31,

    /// <summary>The fourteen that containers have by default.</summary>
    ContainerDefault = ChangeOwner | OverridePermissions | KeepSetId | ActAsOwner | MakeNode | RawNetwork | SetGroupId | SetUserId
        | SetFileCapabilities | SetCapabilities | BindService | ChangeRoot | Kill | WriteAudit,
}
