namespace SharpBuild.Runtime.Starting;

/// <summary>The files of the host that a sandbox gets a version of.</summary>
internal static class HostFiles
{
    private const string Path = "/etc/resolv.conf";

    /// <summary>The host's resolver configuration as it is now; empty when there is none. A laptop changes it between two steps.</summary>
    public static string Resolver()
    {
        try
        {
            return File.ReadAllText(Path);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
