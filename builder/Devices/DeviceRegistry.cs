using System.Collections.Immutable;

namespace SharpBuild.Builder.Devices;

/// <summary>The devices that this machine's specification files describe. Immutable.</summary>
internal sealed class DeviceRegistry
{
    private readonly SortedDictionary<string, RegisteredDevice> devices = new(StringComparer.Ordinal);
    private readonly List<string> problems = [];

    /// <summary>Where BuildKit looks; a later directory wins over an earlier one.</summary>
    public static readonly ImmutableArray<string> UsualDirectories = ["/etc/cdi", "/var/run/cdi", "/etc/buildkit/cdi"];

    /// <summary>What is wrong with files that were left out, a sentence each.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>Reads all specifications in some directories. One that is wrong is left out, as are devices that two files of a directory describe.</summary>
    public static DeviceRegistry Load(IEnumerable<string> directories)
    {
        var registry = new DeviceRegistry();
        foreach (var directory in directories.Where(Directory.Exists))
        {
            var conflicts = new HashSet<string>(StringComparer.Ordinal);
            var files = Directory.GetFiles(directory).Where(static path => Path.GetExtension(path) is ".json" or ".yaml");
            foreach (var path in files.Order(StringComparer.Ordinal))
            {
                registry.TryAdd(path, directory, conflicts);
            }

            foreach (var name in conflicts)
            {
                registry.devices.Remove(name);
            }
        }

        return registry;
    }

    /// <summary>The devices that a name means: one, the first or all of a kind, or all that say to be of a class. Empty when there is none.</summary>
    public ImmutableArray<RegisteredDevice> Find(string name)
    {
        var (kind, member) = name.Split('=', 2) is [var before, var behind] ? (before, behind) : (name, "");
        ImmutableArray<RegisteredDevice> found = member switch
        {
            _ when !kind.Contains('/', StringComparison.Ordinal) => [],
            "" => [.. devices.Values.Where(device => device.Kind == kind).Take(1)],
            "*" => [.. devices.Values.Where(device => device.Kind == kind)],
            _ => devices.TryGetValue(name, out var device) ? [device] : [],
        };
        return found.IsEmpty ? [.. devices.Values.Where(device => device.Class == name)] : found;
    }

    private void TryAdd(string path, string directory, HashSet<string> conflicts)
    {
        try
        {
            var spec = DeviceSpecReader.Read(path);
            foreach (var device in spec.Devices)
            {
                Add(new($"{spec.Kind}={device.Name}", spec, device, path), directory, conflicts);
            }
        }
        catch (Exception problem) when (problem is FormatException or IOException or UnauthorizedAccessException)
        {
            problems.Add($"{path} is left out: {problem.Message}");
        }
    }

    private void Add(RegisteredDevice device, string directory, HashSet<string> conflicts)
    {
        if (devices.TryGetValue(device.Name, out var other) && Path.GetDirectoryName(other.Path) == Path.TrimEndingDirectorySeparator(directory) && conflicts.Add(device.Name))
        {
            problems.Add($"'{device.Name}' is left out: {other.Path} and {device.Path} describe it");
        }

        devices[device.Name] = device;
    }
}
