using System.Collections.Immutable;

namespace SharpBuild.Builder;

/// <summary>What the steps of a build may have besides the usual sandbox, because whoever started it said so: a Dockerfile alone cannot take it.</summary>
public sealed record Entitlements
{
    /// <summary>Whether <c>RUN --network=host</c> is allowed.</summary>
    public bool HostNetwork { get; init; }

    /// <summary>Whether <c>RUN --security=insecure</c> is allowed.</summary>
    public bool InsecureSecurity { get; init; }

    /// <summary>Whether <c>RUN --device</c> is allowed for all devices.</summary>
    public bool AllDevices { get; init; }

    /// <summary>The devices that are allowed: the name that a Dockerfile uses to the device's own name.</summary>
    public ImmutableDictionary<string, string> Devices { get; init; } = ImmutableDictionary<string, string>.Empty;
}
