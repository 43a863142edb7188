namespace SharpBuild.Runtime;

/// <summary>Finds out what this host allows.</summary>
public static class HostCapabilities
{
    private static HostSupport? probed;

    /// <summary>Whether overlays can be mounted; tried once, at the first question.</summary>
    public static bool CanMountOverlay => OverlayProbe.Result;

    /// <summary>What the host allows; asked once, then remembered.</summary>
    public static HostSupport Probe() => probed ??= HostSupport.Read();
}
