namespace SharpBuild.Runtime;

/// <summary>Finds out what this host allows.</summary>
public static class HostCapabilities
{
    private static HostSupport? probed;

    /// <summary>What the host allows; asked once, then remembered.</summary>
    public static HostSupport Probe() => probed ??= HostSupport.Read();
}
