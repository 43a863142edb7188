using System.Collections.Immutable;
using SharpBuild.Runtime.Roots;

namespace SharpBuild.Runtime.Planning;

/// <summary>All that a plan depends on.</summary>
/// <param name="Spec">What is asked for.</param>
/// <param name="Host">What the host allows.</param>
/// <param name="User">Who the command runs as.</param>
/// <param name="Mounts">The mounts besides the usual ones, in the order of mounting.</param>
/// <param name="Environment">The environment, complete.</param>
/// <param name="Executables">The paths at which the command may lie, in the order of trying.</param>
/// <param name="IsDirectoryNested">Whether the working directory lies in something that is mounted.</param>
public sealed record SandboxPlanInput(
    SandboxSpec Spec,
    HostSupport Host,
    ResolvedUser User,
    ImmutableArray<PlannedMount> Mounts,
    ImmutableArray<string> Environment,
    ImmutableArray<string> Executables,
    bool IsDirectoryNested)
{
    /// <summary>How many cgroups the process has to join by itself: those of cgroup v1.</summary>
    public int CgroupJoins { get; init; }

    /// <summary>The numbers of the in-memory device files, by their names below <c>/dev</c>; devices without one are bound.</summary>
    public ImmutableDictionary<string, int> DeviceFiles { get; init; } = ImmutableDictionary<string, int>.Empty;
}

/// <summary>A mount that was looked at.</summary>
/// <param name="Mount">As it was asked for.</param>
/// <param name="Target">Where, normalised.</param>
/// <param name="IsDirectory">Whether it is a directory.</param>
/// <param name="IsNested">Whether the place lies in something that is mounted before, where it can only be made then.</param>
/// <param name="MustBeStaged">Whether its source is detached on a kernel that cannot bind parts of such.</param>
/// <param name="File">The number of its in-memory file, if it is one.</param>
public sealed record PlannedMount(
    SandboxMount Mount, string Target, bool IsDirectory, bool IsNested = false, bool MustBeStaged = false, int File = -1);
