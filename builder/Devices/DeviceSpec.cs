using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace SharpBuild.Builder.Devices;

/// <summary>A specification file of the Container Device Interface, version 0.3 to 1.1: the devices of one kind.</summary>
/// <remarks>What has a default is settable: the generated reader gives every init-only member a value, the type's own where the file has none.</remarks>
internal sealed record DeviceSpec
{
    [JsonPropertyName("cdiVersion")]
    public required string Version { get; init; }

    /// <summary><c>vendor/class</c>.</summary>
    public required string Kind { get; init; }

    public ImmutableSortedDictionary<string, string> Annotations { get; set; } = ImmutableSortedDictionary<string, string>.Empty;

    public required ImmutableArray<SpecifiedDevice> Devices { get; init; }

    /// <summary>What a container gets with any of the devices.</summary>
    public DeviceEdits ContainerEdits { get; set; } = new();
}

/// <summary>One device of a file.</summary>
internal sealed record SpecifiedDevice
{
    public required string Name { get; init; }

    public ImmutableSortedDictionary<string, string> Annotations { get; set; } = ImmutableSortedDictionary<string, string>.Empty;

    public required DeviceEdits ContainerEdits { get; init; }
}

/// <summary>What a container gets.</summary>
internal sealed record DeviceEdits
{
    public ImmutableArray<string> Env { get; set; } = [];

    public ImmutableArray<DeviceNode> DeviceNodes { get; set; } = [];

    public ImmutableArray<DeviceMountEntry> Mounts { get; set; } = [];

    [JsonPropertyName("additionalGids")]
    public ImmutableArray<uint> AdditionalGroups { get; set; } = [];

    /// <summary>Programs to run on the host: known, so that they can be refused.</summary>
    public ImmutableArray<DeviceHook> Hooks { get; set; } = [];

    /// <summary>Network interfaces: known, so that they can be refused.</summary>
    public ImmutableArray<DeviceInterface> NetDevices { get; set; } = [];

    /// <summary>Processor cache control: known, so that it can be refused.</summary>
    public CacheControl? IntelRdt { get; init; }
}

/// <summary>A device file.</summary>
internal sealed record DeviceNode
{
    public required string Path { get; init; }

    /// <summary>Where it is on the host; null for the same path.</summary>
    public string? HostPath { get; init; }

    /// <summary><c>c</c>, <c>u</c>, <c>b</c> or <c>p</c>; null for what it is on the host.</summary>
    public string? Type { get; init; }

    public uint Major { get; init; }

    public uint Minor { get; init; }

    public int? FileMode { get; init; }

    /// <summary>Some of <c>rwm</c>; null for all.</summary>
    public string? Permissions { get; init; }

    public uint? Uid { get; init; }

    public uint? Gid { get; init; }
}

/// <summary>A file or directory of the host.</summary>
internal sealed record DeviceMountEntry
{
    public required string HostPath { get; init; }

    public required string ContainerPath { get; init; }

    public ImmutableArray<string> Options { get; set; } = [];

    public string? Type { get; init; }
}

/// <summary>A program to run on the host.</summary>
internal sealed record DeviceHook
{
    public required string HookName { get; init; }

    public required string Path { get; init; }

    public ImmutableArray<string> Args { get; set; } = [];

    public ImmutableArray<string> Env { get; set; } = [];

    public int? Timeout { get; init; }
}

/// <summary>A network interface of the host.</summary>
internal sealed record DeviceInterface
{
    public required string HostInterfaceName { get; init; }

    public required string Name { get; init; }
}

/// <summary>Settings of the processor's caches.</summary>
internal sealed record CacheControl
{
    [JsonPropertyName("closID")]
    public string? ClosId { get; init; }

    public string? L3CacheSchema { get; init; }

    public string? MemBwSchema { get; init; }

    public ImmutableArray<string> Schemata { get; set; } = [];

    public string? EnableMonitoring { get; init; }
}

/// <summary>Reads them without reflection. A scalar of YAML has no type before somebody wants one, hence numbers in strings.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(DeviceSpec))]
internal sealed partial class DeviceSpecJson : JsonSerializerContext;
