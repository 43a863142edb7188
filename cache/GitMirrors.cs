using SharpBuild.Cache.Storage;
using SharpBuild.Linux;

namespace SharpBuild.Cache;

/// <summary>
/// Where bare copies of git repositories are kept, so that a second build fetches only what is new. Each has a lock, which whoever uses
/// it holds: it may be removed while nobody does, whatever else works in the store; it only saves fetching.
/// </summary>
public sealed class GitMirrors
{
    private readonly CachePaths paths;
    private readonly StoreSession session;
    private readonly StoreLocks locks;

    internal GitMirrors(CachePaths paths, StoreSession session, StoreLocks locks) => (this.paths, this.session, this.locks) = (paths, session, locks);

    /// <summary>The keys of SSH servers that were seen, in ssh's own format.</summary>
    public string KnownHosts => Path.Join(Prepare(), KnownHostsName);

    internal const string KnownHostsName = "known_hosts";

    /// <summary>The place of a copy, there or not. Nobody may touch it but under its lock.</summary>
    /// <param name="identity">What tells it from others: its URL and object format.</param>
    public string PathOf(string identity)
    {
        Prepare();
        return paths.GitMirror(identity);
    }

    /// <summary>Takes the lock of a copy, there or not; waits for whoever has it. Marks it as used.</summary>
    public async Task<StoreLock> AcquireAsync(string identity, CancellationToken cancellationToken)
    {
        var path = PathOf(identity);
        var held = await locks.AcquireAsync(LockName(path), cancellationToken);
        AtomicFile.TryTouch(path);
        return held;
    }

    /// <summary>The directories of all copies.</summary>
    internal IEnumerable<string> List() => Directory.Exists(paths.Git) ? Directory.EnumerateDirectories(paths.Git) : [];

    /// <summary>Whether somebody fetches into a copy or reads from it now.</summary>
    internal bool IsInUse(string path) => locks.IsHeld(LockName(path));

    /// <summary>Removes a copy, unless somebody uses it.</summary>
    internal bool TryRemove(string path)
    {
        using var taken = locks.TryAcquire(LockName(path));
        if (taken is null)
        {
            return false;
        }

        var doomed = session.NewPath();
        if (FileStatuses.TryGet(path, out _))
        {
            Inodes.Rename(path, doomed);
        }

        TreeRemover.Remove(doomed);
        return true;
    }

    /// <summary>What a copy is of, without name and password; null when it does not say.</summary>
    internal static string? RemoteOf(string path)
    {
        try
        {
            var line = File.ReadLines(Path.Join(path, "config")).Select(text => text.Trim()).FirstOrDefault(text => text.StartsWith("url = ", StringComparison.Ordinal));
            return line is null ? null : WithoutUser(line["url = ".Length..]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string WithoutUser(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal) + "://".Length;
        var end = url.IndexOf('/', start) is > 0 and var slash ? slash : url.Length;
        return start >= "://".Length && url.LastIndexOf('@', end - 1) is var at && at >= start ? url[..start] + url[(at + 1)..] : url;
    }

    private static string LockName(string path) => "git " + Path.GetFileName(path);

    // A store of an earlier version has no such directory.
    private string Prepare()
    {
        StoreAccess.MakeDirectory(paths.Git);
        return paths.Git;
    }
}
