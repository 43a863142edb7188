using System.Collections.Immutable;
using System.Globalization;
using SharpBuild.Runtime;

namespace SharpBuild.Builder;

/// <summary>The time of the last commit of a directory under git.</summary>
internal static class CommitTime
{
    private static readonly ImmutableDictionary<string, string> Shell = ImmutableDictionary<string, string>.Empty
        .Add("GIT_CONFIG_NOSYSTEM", "1").Add("GIT_CONFIG_GLOBAL", "/dev/null");

    /// <summary>Seconds since 1970; null when the directory is under no git, or there is none.</summary>
    public static async Task<long?> TryReadAsync(string directory, CancellationToken cancellationToken)
    {
        // Plumbing, which runs no program that a repository's config names; so it may be a repository of somebody else.
        if (!Path.IsPathRooted(directory) || HostProgram.TryFind("git", Environment.GetEnvironmentVariable("PATH") ?? "") is not { } git)
        {
            return null;
        }

        var commit = await git.RunAsync(["-c", "safe.directory=*", "cat-file", "commit", "HEAD"], Shell, directory, onError: null, cancellationToken);
        var line = commit.Output.Split('\n').FirstOrDefault(l => l.StartsWith("committer ", StringComparison.Ordinal));

        // committer NAME <MAIL> SECONDS ZONE
        return line?.Split(' ') is [.., var seconds, _] && long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var time) ? time : null;
    }
}
