namespace SharpBuild.Cli.Building;

/// <summary>Tells places on the network from paths, as BuildKit does.</summary>
internal static class RemoteContext
{
    /// <summary>Whether <paramref name="text"/> is a URL or a git remote.</summary>
    public static bool IsRemote(string text) =>
        text.Contains("://") || text.StartsWith("git@", StringComparison.Ordinal) || text.StartsWith("github.com/", StringComparison.Ordinal);
}
