using SharpBuild.Linux;

namespace SharpBuild.Runtime.Starting;

/// <summary>What a device file has to be, read from the host's own.</summary>
internal static class DeviceFile
{
    private const int UsualMode = 0b110_110_110;

    /// <summary>The kind, numbers and permissions of a device.</summary>
    /// <exception cref="SandboxException">The host has no such device.</exception>
    public static (FileKind Kind, uint Major, uint Minor, int Mode) Read(DeviceMount device)
    {
        if (FileStatuses.TryGet(device.HostPath, out var status) && status.Kind is FileKind.CharacterDevice or FileKind.BlockDevice)
        {
            return device.Numbers is { } wanted
                ? (KindOf(wanted.IsBlock), wanted.Major, wanted.Minor, device.Mode ?? status.Permissions)
                : (status.Kind, status.DeviceMajor, status.DeviceMinor, device.Mode ?? status.Permissions);
        }

        return device.Numbers is { } numbers
            ? (KindOf(numbers.IsBlock), numbers.Major, numbers.Minor, device.Mode ?? UsualMode)
            : throw new SandboxException($"'{device.HostPath}' is no device of this host") { Code = SandboxException.BadSpecification };
    }

    private static FileKind KindOf(bool isBlock) => isBlock ? FileKind.BlockDevice : FileKind.CharacterDevice;
}
