namespace SharpBuild.Linux;

/// <summary>The O_* flags of open(2), x86-64 and arm64 values where they agree; <c>O_CLOEXEC</c> is always added.</summary>
[Flags]
public enum OpenFlags
{
    /// <summary>O_RDONLY.</summary>
    ReadOnly = 0,

    /// <summary>O_WRONLY.</summary>
    WriteOnly = 1,

    /// <summary>O_RDWR.</summary>
    ReadWrite = 2,

    /// <summary>O_CREAT.</summary>
    Create = 0x40,

    /// <summary>O_EXCL.</summary>
    Exclusive = 0x80,

    /// <summary>O_NOCTTY.</summary>
    NoControllingTerminal = 0x100,

    /// <summary>O_TRUNC.</summary>
    Truncate = 0x200,

    /// <summary>O_APPEND.</summary>
    Append = 0x400,

    /// <summary>O_NONBLOCK.</summary>
    NonBlocking = 0x800,

    /// <summary>O_DIRECTORY (x86-64).</summary>
    Directory = 0x10000,

    /// <summary>O_NOFOLLOW (x86-64).</summary>
    NoFollow = 0x20000,

    /// <summary>O_NOATIME.</summary>
    NoAccessTime = 0x40000,

    /// <summary>O_CLOEXEC.</summary>
    CloseOnExec = 0x80000,

    /// <summary>O_PATH.</summary>
    PathOnly = 0x200000,

    /// <summary>O_TMPFILE (x86-64): a file without a name in the directory that is opened.</summary>
    Nameless = 0x400000 | Directory,
}

/// <summary>The RESOLVE_* flags of openat2(2): how far a path may lead.</summary>
[Flags]
public enum ResolveFlags : ulong
{
    /// <summary>As open(2).</summary>
    None = 0,

    /// <summary>Do not leave the mount.</summary>
    NoCrossMount = 0x01,

    /// <summary>Follow no magic link of /proc.</summary>
    NoMagicLinks = 0x02,

    /// <summary>Follow no symbolic link at all.</summary>
    NoSymlinks = 0x04,

    /// <summary>Fail when the path leads out of the directory.</summary>
    Beneath = 0x08,

    /// <summary>Treat the directory as the root: absolute links and <c>..</c> stay inside.</summary>
    InRoot = 0x10,
}
