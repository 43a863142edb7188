using System.Globalization;
using SharpBuild.Linux;

namespace SharpBuild.Runtime;

/// <summary>What a host allows.</summary>
public sealed record HostSupport
{
    /// <summary>Whether we are root, of the host or of a user namespace.</summary>
    public required bool IsRoot { get; init; }

    /// <summary>Whether we live in a user namespace: overlays then need <c>userxattr</c>, and device files cannot be made.</summary>
    public required bool InUserNamespace { get; init; }

    /// <summary>Whether a process may choose its groups; not in a user namespace that an ordinary user mapped alone.</summary>
    public bool CanSetGroups { get; init; } = true;

    /// <summary>Whether group 5 (<c>tty</c>) exists for us: a user namespace may not map it.</summary>
    public bool HasTerminalGroup { get; init; } = true;

    /// <summary>Whether a new process namespace may have its own <c>/proc</c>; not where the host's is masked, as in a container.</summary>
    public bool CanMountProc { get; init; } = true;

    /// <summary>Whether <c>/sys/fs/cgroup</c> is the one tree of cgroup v2.</summary>
    public bool HasUnifiedCgroups { get; init; }

    /// <summary>Whether the kernel shows its memory as <c>/proc/kcore</c>.</summary>
    public bool HasKernelCore { get; init; } = true;

    /// <summary>The capabilities that we have.</summary>
    public CapabilitySet Capabilities { get; init; } = CapabilitySet.ContainerDefault;

    /// <summary>The highest capability number that the kernel knows.</summary>
    public int LastCapability { get; init; } = 40;

    internal static HostSupport Read()
    {
        var inUserNamespace = !IsWholeMap(File.ReadAllText("/proc/self/uid_map"));
        var isRoot = Processes.EffectiveUserId == 0;
        return new()
        {
            IsRoot = isRoot,
            InUserNamespace = inUserNamespace,
            CanSetGroups = !inUserNamespace || File.ReadAllText("/proc/self/setgroups").StartsWith("allow", StringComparison.Ordinal),
            HasTerminalGroup = !inUserNamespace || IsMapped(File.ReadAllText("/proc/self/gid_map"), 5),
            CanMountProc = !inUserNamespace || !isRoot || ProcProbe.CanMount(),
            HasUnifiedCgroups = File.Exists("/sys/fs/cgroup/cgroup.controllers"),
            HasKernelCore = File.Exists("/proc/kcore"),
            Capabilities = ReadCapabilities(File.ReadAllText("/proc/self/status")),
            LastCapability = int.Parse(File.ReadAllText("/proc/sys/kernel/cap_last_cap"), NumberStyles.Integer, CultureInfo.InvariantCulture),
        };
    }

    // The initial namespace maps all ids to themselves: "0 0 4294967295".
    private static bool IsWholeMap(string map) =>
        map.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is ["0", "0", "4294967295"];

    private static bool IsMapped(string map, uint id)
    {
        foreach (var line in map.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var numbers = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            var first = uint.Parse(numbers[0], CultureInfo.InvariantCulture);
            if (id >= first && id - first < uint.Parse(numbers[2], CultureInfo.InvariantCulture))
            {
                return true;
            }
        }

        return false;
    }

    private static CapabilitySet ReadCapabilities(string status)
    {
        const string label = "CapPrm:\t";
        var start = status.IndexOf(label, StringComparison.Ordinal) + label.Length;
        return (CapabilitySet)ulong.Parse(status.AsSpan(start, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
