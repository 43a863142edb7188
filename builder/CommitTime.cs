using System.Globalization;
using SharpBuild.Runtime;

namespace SharpBuild.Builder;

/// <summary>The time of the last commit of a directory under git.</summary>
internal static class CommitTime
{
    /// <summary>Seconds since 1970; null when the directory is under no git, or there is none.</summary>
    public static async Task<long?> TryReadAsync(string directory, CancellationToken cancellationToken)
    {
        // Plumbing, which runs no program that a repository's config names; so it may be a repository of somebody else.
        var commit = await HostProgram.TryReadAsync("git", ["-C", directory, "-c", "safe.directory=*", "cat-file", "commit", "HEAD"], cancellationToken);
        var line = commit?.Split('\n').FirstOrDefault(l => l.StartsWith("committer ", StringComparison.Ordinal));

        // committer NAME <MAIL> SECONDS ZONE
        return line?.Split(' ') is [.., var seconds, _] && long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var time) ? time : null;
    }
}
