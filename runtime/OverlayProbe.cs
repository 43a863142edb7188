using SharpBuild.Linux;

namespace SharpBuild.Runtime;

/// <summary>Whether this host mounts overlays for us.</summary>
internal static class OverlayProbe
{
    private static readonly Lazy<bool> Tried = new(Try);

    public static bool Result => Tried.Value;

    // Two lower directories that exist everywhere: a read-only overlay needs nothing else.
    private static bool Try()
    {
        try
        {
            using var mount = DetachedMounts.Overlay(new(["/usr", "/etc"], null, null, HostCapabilities.Probe().InUserNamespace));
            return true;
        }
        catch (SyscallException)
        {
            return false;
        }
    }
}
