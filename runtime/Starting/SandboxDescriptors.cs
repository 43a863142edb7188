using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Runtime.Starting;

/// <summary>The open files that a start works with; all are closed once the command runs, except those that the sandbox hands out.</summary>
internal sealed class SandboxDescriptors : IDisposable
{
    /// <summary>The mount that becomes the root.</summary>
    public required SafeFileHandle Root { get; init; }

    /// <summary>Whether <see cref="Root"/> is a second mount of ours rather than the caller's own.</summary>
    public bool OwnsRoot { get; init; }

    /// <summary>The file system that holds the in-memory files.</summary>
    public SafeFileHandle? Files { get; set; }

    /// <summary>The sources of the bind mounts, by the number of the mount; null for other kinds.</summary>
    public SafeFileHandle?[] Mounts { get; set; } = [];

    /// <summary>The child's standard input, output and error; null where they are not pipes.</summary>
    public SafeFileHandle? Input { get; set; }

    /// <summary>The child's standard output.</summary>
    public SafeFileHandle? Output { get; set; }

    /// <summary>The child's standard error.</summary>
    public SafeFileHandle? Error { get; set; }

    /// <summary>The terminals' file system, made before the start when there is a terminal.</summary>
    public SafeFileHandle? Terminals { get; set; }

    /// <summary>The child's side of the terminal.</summary>
    public SafeFileHandle? TerminalPeer { get; set; }

    /// <summary>The files to write to for joining cgroups; the cgroup closes them.</summary>
    public IReadOnlyList<SafeFileHandle> CgroupJoins { get; set; } = [];

    /// <summary>Where the child hears that it has its guard, and where that is said.</summary>
    public (SafeFileHandle Reader, SafeFileHandle Writer) Guard { get; } = Pipes.Create();

    /// <summary>Where the child hears that it has its guard.</summary>
    public SafeFileHandle Guarded => Guard.Reader;

    public void Dispose()
    {
        Guard.Reader.Dispose();
        Guard.Writer.Dispose();
        if (OwnsRoot)
        {
            Root.Dispose();
        }

        Files?.Dispose();
        foreach (var mount in Mounts)
        {
            mount?.Dispose();
        }

        Input?.Dispose();
        Output?.Dispose();
        Error?.Dispose();
        Terminals?.Dispose();
        TerminalPeer?.Dispose();
    }
}
