namespace SharpBuild.Builder.Devices;

/// <summary>What specifications may ask for and no step of ours gets.</summary>
internal static class DeviceLimits
{
    private static readonly string[] MountOptions =
        ["bind", "rbind", "ro", "rw", "nodev", "nosuid", "suid", "noexec", "exec", "private", "rprivate", "slave", "rslave", "relatime"];

    /// <summary>The first such thing, as the object of a sentence; null when all can be had.</summary>
    public static string? Find(DeviceEdits edits) => edits switch
    {
        { Hooks: [var hook, ..] } => $"the hook {hook.Path}, a program to run on the host",
        { NetDevices: [var network, ..] } => $"the network interface {network.HostInterfaceName}",
        { IntelRdt: not null } => "control of the processor's caches",
        _ => edits.DeviceNodes.Select(FindIn).Concat(edits.Mounts.Select(FindIn)).FirstOrDefault(static limit => limit is not null),
    };

    // Without a device cgroup whoever may open a device may read and write it.
    private static string? FindIn(DeviceNode node) => node switch
    {
        { Type: "p" } => $"the FIFO {node.Path}",
        { Type: not (null or "" or "b" or "c" or "u") } => $"the type '{node.Type}' of {node.Path}",
        { Permissions: { Length: > 0 } permissions } when !permissions.Contains('r', StringComparison.Ordinal) || !permissions.Contains('w', StringComparison.Ordinal)
            => $"{node.Path} with the permissions '{permissions}' alone",
        _ => null,
    };

    private static string? FindIn(DeviceMountEntry mount) =>
        mount.Type is not (null or "" or "bind" or "none") ? $"a mount of the type '{mount.Type}' at {mount.ContainerPath}"
            : mount.Options.FirstOrDefault(static option => !MountOptions.Contains(option, StringComparer.Ordinal)) is { } unknown ? $"the option '{unknown}' of the mount at {mount.ContainerPath}"
            : null;
}
