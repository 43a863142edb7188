using System.Collections.Immutable;
using SharpBuild.Linux;
using SharpBuild.Runtime.Planning;

namespace SharpBuild.Runtime.Starting;

/// <summary>What a device file is: its kind, numbers, permissions and owner.</summary>
internal readonly record struct DeviceFile(FileKind Kind, uint Major, uint Minor, int Mode, uint Uid = 0, uint Gid = 0)
{
    private const int UsualMode = 0b110_110_110;

    // What the kernel's documentation says of them (devices.txt), whatever the host has made of its own.
    private static readonly ImmutableDictionary<string, (uint Major, uint Minor)> Known = ImmutableDictionary.CreateRange(
    [
        KeyValuePair.Create("null", (1u, 3u)),
        KeyValuePair.Create("zero", (1u, 5u)),
        KeyValuePair.Create("full", (1u, 7u)),
        KeyValuePair.Create("random", (1u, 8u)),
        KeyValuePair.Create("urandom", (1u, 9u)),
        KeyValuePair.Create("tty", (5u, 0u)),
    ]);

    /// <summary>What a device that is asked for has to be.</summary>
    /// <exception cref="SandboxException">The host has no such device.</exception>
    public static DeviceFile Read(DeviceMount device)
    {
        var found = TryRead(device.HostPath);
        if (device.Numbers is { } numbers)
        {
            var kind = numbers.IsBlock ? FileKind.BlockDevice : FileKind.CharacterDevice;
            return new(kind, numbers.Major, numbers.Minor, device.Mode ?? found?.Mode ?? UsualMode);
        }

        return found is { } host
            ? host with { Mode = device.Mode ?? host.Mode }
            : throw new SandboxException($"'{device.HostPath}' is not a device of this host") { Code = SandboxException.BadSpecification };
    }

    /// <summary>Makes files of its own for the devices that every sandbox of a kind has; those that cannot be made are left out.</summary>
    public static ImmutableDictionary<string, int> MakeUsual(SandboxSpec spec, HostSupport host, InMemoryFiles files)
    {
        var made = ImmutableDictionary.CreateBuilder<string, int>();
        if (host.InUserNamespace)
        {
            return made.ToImmutable();
        }

        foreach (var device in SandboxPlanner.DevicesOf(spec, host))
        {
            var file = Known.TryGetValue(device.Name, out var numbers)
                ? new DeviceFile(FileKind.CharacterDevice, numbers.Major, numbers.Minor, UsualMode)
                : TryRead($"/dev/{device.Name}");
            if (file is { } wanted && files.AddDevice(wanted) is >= 0 and var number)
            {
                made.Add(device.Name, number);
            }
        }

        return made.ToImmutable();
    }

    private static DeviceFile? TryRead(string path) =>
        FileStatuses.TryGet(path, out var status) && status.Kind is FileKind.CharacterDevice or FileKind.BlockDevice
            ? new(status.Kind, status.DeviceMajor, status.DeviceMinor, status.Permissions, status.Uid, status.Gid)
            : null;
}
