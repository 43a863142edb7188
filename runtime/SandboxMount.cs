using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Runtime;

/// <summary>Something mounted in a sandbox besides what every sandbox has.</summary>
/// <param name="Target">The absolute path in the sandbox; links are followed inside its root, what is missing is made and removed again.</param>
public abstract record SandboxMount(string Target);

/// <summary>A directory or file that is seen at a second place.</summary>
public sealed record BindMount : SandboxMount
{
    /// <summary>A host path.</summary>
    public BindMount(string source, string target)
        : base(target) => SourcePath = source;

    /// <summary>A path below an open directory; the directory may be a detached mount, and is not closed by the launcher.</summary>
    public BindMount(SafeFileHandle source, string target, string path = "")
        : base(target)
    {
        Source = source;
        SourcePath = path;
    }

    /// <summary>The directory from which <see cref="SourcePath"/> counts; null for the host's root.</summary>
    /// <remarks>
    /// Before Linux 6.15 a part of a detached mount can only be bound when this is the mount's own root,
    /// and then by one sandbox only.
    /// </remarks>
    public SafeFileHandle? Source { get; }

    /// <summary>The path below <see cref="Source"/> (empty for itself; links stay inside), or an absolute host path.</summary>
    public string SourcePath { get; }

    /// <summary>Whether it cannot be written through this mount.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether the mounts below the source come along.</summary>
    public bool Recursive { get; init; }

    /// <summary>Whether set-id bits of its programs mean nothing.</summary>
    public bool NoSetId { get; init; }

    /// <summary>Whether nothing in it can be executed.</summary>
    public bool NoExecute { get; init; }
}

/// <summary>A device file of the host's.</summary>
/// <param name="HostPath">Where it is on the host.</param>
/// <param name="Target">Where.</param>
/// <remarks>
/// Root makes a file of its own for the device, with the owner and mode that are wanted. An ordinary user cannot: the host's own file is
/// bound then, and its owner and mode decide.
/// </remarks>
public sealed record DeviceMount(string HostPath, string Target) : SandboxMount(Target)
{
    /// <summary>The kind and numbers of a device whose file the host lacks; null to go by the file.</summary>
    public (bool IsBlock, uint Major, uint Minor)? Numbers { get; init; }

    /// <summary>Its permissions; null for those of the host's file.</summary>
    public int? Mode { get; init; }

    /// <summary>Its owner; null for the command's user.</summary>
    public uint? Uid { get; init; }

    /// <summary>Its group; null for the command's primary group.</summary>
    public uint? Gid { get; init; }
}

/// <summary>An empty file system in memory.</summary>
/// <param name="Target">Where.</param>
/// <param name="Size">The limit in bytes; null for the kernel's default of half the memory.</param>
/// <param name="Mode">The permissions of its root.</param>
public sealed record TmpfsMount(string Target, long? Size = null, int Mode = 0b001_111_111_111) : SandboxMount(Target);

/// <summary>A file whose content never touches a disk: a secret.</summary>
/// <param name="Content">The bytes.</param>
/// <param name="Target">Where.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="Uid">Its owner.</param>
/// <param name="Gid">Its group.</param>
/// <param name="ReadOnly">Whether it cannot be written.</param>
public sealed record FileMount(
    ReadOnlyMemory<byte> Content, string Target, int Mode = 0b100_000_000, uint Uid = 0, uint Gid = 0, bool ReadOnly = true)
    : SandboxMount(Target)
{
    /// <summary>Whether it may be executed: a script.</summary>
    public bool IsExecutable { get; init; }
}

/// <summary>A Unix socket at which the caller answers.</summary>
/// <param name="Listening">Gets the socket as soon as it listens, before the command runs, and owns it then.</param>
/// <param name="Target">Where.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="Uid">Its owner.</param>
/// <param name="Gid">Its group.</param>
public sealed record SocketMount(Action<Socket> Listening, string Target, int Mode = 0b110_000_000, uint Uid = 0, uint Gid = 0) : SandboxMount(Target);
