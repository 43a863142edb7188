using SharpBuild.Cache.Storage;

namespace SharpBuild.Cache;

/// <summary>Where bare copies of git repositories are kept, so that a second build fetches only what is new. A copy can be removed while nobody holds its lock; it only saves fetching.</summary>
public sealed class GitMirrors
{
    private readonly CachePaths paths;

    internal GitMirrors(CachePaths paths) => this.paths = paths;

    /// <summary>The keys of SSH servers that were seen, in ssh's own format.</summary>
    public string KnownHosts => Path.Join(Prepare(), "known_hosts");

    /// <summary>The place of a copy, there or not.</summary>
    /// <param name="identity">What tells it from others: its URL and object format.</param>
    public string PathOf(string identity)
    {
        Prepare();
        return paths.GitMirror(identity);
    }

    // A store of an earlier version has no such directory.
    private string Prepare() => Directory.CreateDirectory(paths.Git).FullName;
}
