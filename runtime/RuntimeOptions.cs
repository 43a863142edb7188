namespace SharpBuild.Runtime;

/// <summary>How sandboxes are started on this host.</summary>
public sealed record RuntimeOptions
{
    /// <summary>What the host allows.</summary>
    public HostSupport Host { get; init; } = HostCapabilities.Probe();
}
