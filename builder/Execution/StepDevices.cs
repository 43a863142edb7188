using System.Collections.Immutable;
using SharpBuild.Builder.Devices;
using SharpBuild.Builder.Planning;
using SharpBuild.Runtime;

namespace SharpBuild.Builder.Execution;

/// <summary>Gives a sandbox the devices of a step.</summary>
internal static class StepDevices
{
    /// <summary>The sandbox with all that the specifications of the devices want.</summary>
    public static SandboxSpec Apply(SandboxSpec spec, ImmutableArray<RegisteredDevice> devices)
    {
        foreach (var edits in RegisteredDevice.EditsOf(devices))
        {
            spec = spec with
            {
                Environment = Set(spec.Environment, edits.Env),
                Mounts = [.. spec.Mounts, .. edits.DeviceNodes.Select(ToMount), .. edits.Mounts.Select(ToMount)],
                AdditionalGroups = [.. spec.AdditionalGroups, .. edits.AdditionalGroups.Where(static group => group != 0)],
            };
        }

        return spec;
    }

    // What the device says wins over the Dockerfile; of two entries with a name, programs see the first.
    private static ImmutableArray<string> Set(ImmutableArray<string> environment, ImmutableArray<string> variables)
    {
        var names = variables.Select(static variable => Variables.Split(variable).Name).ToHashSet(StringComparer.Ordinal);
        return [.. environment.Where(variable => !names.Contains(Variables.Split(variable).Name)), .. variables.Reverse().DistinctBy(static variable => Variables.Split(variable).Name)];
    }

    private static SandboxMount ToMount(DeviceNode node) => new DeviceMount(string.IsNullOrEmpty(node.HostPath) ? node.Path : node.HostPath, node.Path)
    {
        Numbers = node is { Type: "b" or "c" or "u", Major: not 0 } ? (node.Type == "b", node.Major, node.Minor) : null,
        Mode = node.FileMode,
        Uid = node.Uid,
        Gid = node.Gid,
    };

    private static SandboxMount ToMount(DeviceMountEntry mount) => new BindMount(mount.HostPath, mount.ContainerPath)
    {
        ReadOnly = mount.Options.Contains("ro", StringComparer.Ordinal),
        Recursive = mount.Options.Contains("rbind", StringComparer.Ordinal),
        NoSetId = mount.Options.Contains("nosuid", StringComparer.Ordinal),
        NoExecute = mount.Options.Contains("noexec", StringComparer.Ordinal),
    };
}
