using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Runtime;

/// <summary>What to run, in which root, and how far it is kept apart from the host.</summary>
public sealed record SandboxSpec
{
    /// <summary>The host name that BuildKit gives its steps.</summary>
    public const string DefaultHostname = "buildkitsandbox";

    /// <summary>The usual size of <c>/dev/shm</c> in bytes, Docker's.</summary>
    public const long DefaultShmSize = 64 << 20;

    /// <summary>The root directory: a detached mount. The launcher attaches it in the sandbox and never closes it.</summary>
    public required SafeFileHandle Root { get; init; }

    /// <summary>The command; the first word is looked up in the PATH of <see cref="Environment"/>, inside the root.</summary>
    public required ImmutableArray<string> Arguments { get; init; }

    /// <summary>The environment as <c>NAME=value</c>; HOME is taken from the root's passwd when it is missing.</summary>
    public required ImmutableArray<string> Environment { get; init; }

    /// <summary>The working directory; made with the user's ids when it is missing.</summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>The user in the syntax of <c>USER</c>: <c>name|uid[:group|gid]</c>; empty for root.</summary>
    public string User { get; init; } = "";

    /// <summary>Groups that the command gets besides those of its user.</summary>
    public ImmutableArray<uint> AdditionalGroups { get; init; } = [];

    /// <summary>The host name; also written to <c>/etc/hosts</c>.</summary>
    public string Hostname { get; init; } = DefaultHostname;

    /// <summary>Which network it sees.</summary>
    public SandboxNetwork Network { get; init; }

    /// <summary>What is mounted besides the file systems that every sandbox has; of two with the same target the later counts.</summary>
    public ImmutableArray<SandboxMount> Mounts { get; init; } = [];

    /// <summary>Additional lines of <c>/etc/hosts</c>.</summary>
    public ImmutableArray<(string Host, string Address)> ExtraHosts { get; init; } = [];

    /// <summary>The size of <c>/dev/shm</c> in bytes.</summary>
    public long ShmSize { get; init; } = DefaultShmSize;

    /// <summary>Resource limits of each process (setrlimit(2)); those not named are inherited.</summary>
    public ImmutableArray<Ulimit> Ulimits { get; init; } = [];

    /// <summary>Limits of the whole sandbox, kept by a cgroup; null for none.</summary>
    public ResourceLimits? Limits { get; init; }

    /// <summary>The cgroup below which the sandbox's own is made; null for the launcher's choice.</summary>
    public string? CgroupParent { get; init; }

    /// <summary>How much the sandbox may do to the host.</summary>
    public SandboxSecurity Security { get; init; }

    /// <summary>Whether set-id programs gain nothing; false, so that <c>sudo</c> works in a build.</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary>Whether the root is mounted read-only (mounts on top of it are not).</summary>
    public bool ReadOnlyRoot { get; init; }

    /// <summary>Open files of the launcher's, locks above all, that stay open until the sandbox has ended, even when the launcher is killed.</summary>
    public ImmutableArray<SafeFileHandle> Held { get; init; } = [];

    /// <summary>Where standard input, output and error lead.</summary>
    public SandboxStdio Stdio { get; init; } = SandboxStdio.Pipes;
}

/// <summary>Which network a sandbox sees.</summary>
public enum SandboxNetwork
{
    /// <summary>The host's.</summary>
    Host,

    /// <summary>A network of its own with nothing but the loopback interface.</summary>
    None,
}

/// <summary>How much a sandbox may do to the host.</summary>
public enum SandboxSecurity
{
    /// <summary>Docker's default: 14 capabilities, the system call filter, masked and read-only parts of /proc and /sys.</summary>
    Default,

    /// <summary>All capabilities that we have, no filter, nothing masked, /sys writable; still in namespaces of its own.</summary>
    Insecure,
}

/// <summary>A resource limit of setrlimit(2).</summary>
/// <param name="Name">The name as of <c>docker run --ulimit</c>: <c>nofile</c>, <c>nproc</c>, <c>core</c> …</param>
/// <param name="Soft">The limit; -1 for none.</param>
/// <param name="Hard">How far the process may raise it; -1 for none.</param>
public sealed record Ulimit(string Name, long Soft, long Hard);

/// <summary>Limits of a whole sandbox; null means none.</summary>
public sealed record ResourceLimits
{
    /// <summary>Memory in bytes.</summary>
    public long? Memory { get; init; }

    /// <summary>Memory and swap together in bytes; -1 for unlimited swap.</summary>
    public long? MemoryAndSwap { get; init; }

    /// <summary>Processors, as a fraction: 1.5 is one and a half.</summary>
    public double? Cpus { get; init; }

    /// <summary>The period over which <see cref="CpuQuota"/> counts, in microseconds; the kernel's default is 100000.</summary>
    public long? CpuPeriod { get; init; }

    /// <summary>How many microseconds of processor time it gets in each period; negative for no limit.</summary>
    public long? CpuQuota { get; init; }

    /// <summary>Relative weight for the processor, 2 to 262144, where 1024 is usual (Docker's <c>--cpu-shares</c>).</summary>
    public long? CpuShares { get; init; }

    /// <summary>The processors it may use, in the kernel's list format: <c>0-2,5</c>.</summary>
    public string? CpuSet { get; init; }

    /// <summary>The memory nodes it may use, in the same format.</summary>
    public string? MemorySet { get; init; }

    /// <summary>How many processes and threads.</summary>
    public long? Processes { get; init; }
}
