namespace SharpBuild.Linux;

/// <summary>The MOUNT_ATTR_* flags of fsmount(2) and mount_setattr(2).</summary>
[Flags]
public enum MountAttributes
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>MOUNT_ATTR_RDONLY.</summary>
    ReadOnly = 0x01,

    /// <summary>MOUNT_ATTR_NOSUID.</summary>
    NoSetId = 0x02,

    /// <summary>MOUNT_ATTR_NODEV.</summary>
    NoDevices = 0x04,

    /// <summary>MOUNT_ATTR_NOEXEC.</summary>
    NoExecute = 0x08,

    /// <summary>MOUNT_ATTR_STRICTATIME.</summary>
    StrictAccessTime = 0x20,
}
