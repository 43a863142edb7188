using SharpBuild.Linux.Programs;

namespace SharpBuild.Runtime;

/// <summary>How sandboxes are started on this host.</summary>
public sealed record RuntimeOptions
{
    /// <summary>What the host allows.</summary>
    public HostSupport Host { get; init; } = HostCapabilities.Probe();

    /// <summary>Which technique starts them.</summary>
    public RuntimeBackend Backend { get; init; } = DefaultBackend;

    // A host may forbid memory that was written to be executed (SELinux' execmem).
    private static RuntimeBackend DefaultBackend => ProgramStub.IsSupported ? RuntimeBackend.Direct : RuntimeBackend.Helper;

    /// <summary>The options that the environment asks for: <c>SHARPBUILD_RUNTIME=helper</c>.</summary>
    public static RuntimeOptions FromEnvironment(Func<string, string?> lookup) => new()
    {
        Backend = lookup("SHARPBUILD_RUNTIME") switch
        {
            null or "" => DefaultBackend,
            "direct" => RuntimeBackend.Direct,
            "helper" => RuntimeBackend.Helper,
            var other => throw new SandboxException($"SHARPBUILD_RUNTIME is '{other}', which names no runtime")
            {
                Hint = "set it to 'direct' or 'helper', or unset it",
            },
        },
    };
}

/// <summary>The techniques by which a sandbox is started.</summary>
public enum RuntimeBackend
{
    /// <summary>Machine code that runs a table of system calls between clone and exec: about 3 ms.</summary>
    Direct,

    /// <summary>A second process of our own program does the same: slower by a start of .NET, for hosts that forbid the first.</summary>
    Helper,
}
