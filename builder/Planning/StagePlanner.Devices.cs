using System.Collections.Immutable;
using SharpBuild.Builder.Devices;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Builder.Planning;

/// <content>RUN --device.</content>
internal sealed partial class StagePlanner
{
    private ImmutableArray<RegisteredDevice> ReadDevices(RunInstruction run)
    {
        var devices = new List<RegisteredDevice>();
        foreach (var word in run.Devices)
        {
            var option = ParseDevice(word);
            if (planner.Devices is { } registry)
            {
                devices.AddRange(FindDevices(option, word, registry.Value));
            }
        }

        return [.. devices.DistinctBy(static device => device.Name)];
    }

    private DeviceOption ParseDevice(Word word)
    {
        try
        {
            return DeviceOption.Parse(word.Text);
        }
        catch (MountSyntaxException exception)
        {
            throw Error(word.Span, "SB1542", $"RUN --device={word.Text}: {exception.Message}", exception.Hint);
        }
    }

    // Who gives a device another name for this build has chosen it, and so allowed it.
    private ImmutableArray<RegisteredDevice> FindDevices(DeviceOption option, Word word, DeviceRegistry registry)
    {
        var allowed = planner.Options.Allowed;
        var isAlias = allowed.Devices.TryGetValue(option.Name, out var name) && name != option.Name;
        var found = registry.Find(isAlias ? name! : option.Name);
        if (found.IsEmpty && option.IsRequired)
        {
            var hint = registry.Problems is [var problem, ..] ? problem : "the directories of --cdi-spec-dir have no specification of it";
            throw Error(word.Span, "SB1541", $"this machine has no device '{option.Name}', which is required", hint);
        }

        if (!isAlias && !allowed.AllDevices && found.FirstOrDefault(device => !IsAllowed(device, allowed, registry)) is { } forbidden)
        {
            throw Error(word.Span, "SB1540", $"the device '{forbidden.Name}' is not allowed in this build", $"pass --allow device={forbidden.Name} if you trust the Dockerfile with it");
        }

        return RegisteredDevice.EditsOf(found).Select(DeviceLimits.Find).FirstOrDefault(static limit => limit is not null) is { } limit
            ? throw Error(word.Span, "SB1545", $"the device '{option.Name}' cannot be had: its specification wants {limit}", "use a specification without it")
            : found;
    }

    private static bool IsAllowed(RegisteredDevice device, Entitlements allowed, DeviceRegistry registry) =>
        device.IsAllowedToAll || allowed.Devices.Any(pair => pair.Key == pair.Value && registry.Find(pair.Key).Contains(device));
}
