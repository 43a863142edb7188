using SharpBuild.Cache;
using SharpBuild.Parser.Sources;
using SharpBuild.Runtime;

namespace SharpBuild.Builder.Fetching;

/// <summary>The store's bare copy of a repository. Used under its lock only: see <see cref="OpenAsync"/>.</summary>
internal sealed class GitMirror : IDisposable
{
    private const string BusyMark = "sharpbuild-fetching";
    private readonly GitProgram git;
    private readonly GitSource source;
    private readonly StoreLock held;

    private GitMirror(GitProgram git, GitSource source, StoreLock held, string path) =>
        (this.git, this.source, this.held, FullPath) = (git, source, held, path);

    /// <summary>The repository's directory.</summary>
    public string FullPath { get; }

    /// <summary>Opens the copy, which is made when there is none; waits for others that use it.</summary>
    public static async Task<GitMirror> OpenAsync(Store store, GitProgram git, GitSource source, bool isSha256, CancellationToken cancellationToken)
    {
        var identity = $"{source.Remote} {(isSha256 ? "sha256" : "sha1")}";
        var path = store.Git.PathOf(identity);
        var claim = await store.Git.AcquireAsync(identity, cancellationToken);
        try
        {
            if (!Directory.Exists(path))
            {
                using var scratch = store.CreateTemporaryDirectory();
                var fresh = Path.Join(scratch.Path, "repository");
                await InitializeAsync(git, scratch.Path, fresh, source.Remote, isSha256, cancellationToken);
                Directory.Move(fresh, path);
            }

            return new(git, source, claim, path);
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    /// <summary>Brings a commit here, unless it is.</summary>
    /// <exception cref="BuildException">It cannot be had.</exception>
    public async Task FetchAsync(string id, CancellationToken cancellationToken)
    {
        if (await HasAsync(id, cancellationToken))
        {
            return;
        }

        Begin();
        await FetchMissingAsync(id, cancellationToken);
        End();
    }

    private async Task FetchMissingAsync(string id, CancellationToken cancellationToken)
    {
        string[] single = ["fetch", "--quiet", "--depth=1", "--no-tags", "--force", "origin", $"{id}:refs/sharpbuild/{id}"];
        var result = await RunAsync(cancellationToken, single);
        if (result.ExitCode != 0 && MentionsDepth(result.Error))
        {
            result = await RunAsync(cancellationToken, single.Where(a => a != "--depth=1"));
        }

        if (result.ExitCode != 0 && !IsRefusal(result.Error))
        {
            throw GitFailure.Explain(source, result.Error);
        }

        if (!await HasAsync(id, cancellationToken))
        {
            await FetchAllAsync(cancellationToken);
            if (!await HasAsync(id, cancellationToken))
            {
                throw FetchErrors.Create(FetchErrors.NoRef, $"{source.Text} has no commit {id}", "check that it was pushed, to a branch or tag that still exists");
            }
        }
    }

    /// <summary>Brings all branches and tags here and finds the commit that some digits begin to name; null when there is none, or more than one.</summary>
    public async Task<string?> FindAsync(string digits, CancellationToken cancellationToken)
    {
        Begin();
        await FetchAllAsync(cancellationToken);
        End();
        var found = await git.TryRunAsync(FullPath, cancellationToken, "rev-parse", "--verify", "--quiet", "--end-of-options", digits + "^{commit}");
        return found.ExitCode == 0 ? found.Output.Trim().Split('\n')[^1] : null;
    }

    /// <summary>Runs git in the copy.</summary>
    public Task<string> QueryAsync(CancellationToken cancellationToken, params IEnumerable<string> arguments) => git.RunAsync(FullPath, cancellationToken, arguments);

    /// <inheritdoc/>
    public void Dispose() => held.Dispose();

    private static async Task InitializeAsync(GitProgram git, string directory, string path, string remote, bool isSha256, CancellationToken cancellationToken)
    {
        await git.RunAsync(directory, cancellationToken, ["init", "--bare", "--quiet", .. isSha256 ? ["--object-format=sha256"] : Array.Empty<string>(), "--", path]);
        await git.RunAsync(path, cancellationToken, "config", "remote.origin.url", remote);

        // For the checkout that keeps .git, which fetches from here by id.
        await git.RunAsync(path, cancellationToken, "config", "uploadpack.allowAnySHA1InWant", "true");
    }

    private async Task FetchAllAsync(CancellationToken cancellationToken)
    {
        var whole = File.Exists(Path.Join(FullPath, "shallow")) ? ["--unshallow"] : Array.Empty<string>();
        await QueryAsync(cancellationToken, ["fetch", "--quiet", .. whole, "--no-tags", "--force", "--prune", "origin", "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]);
    }

    // A git that is killed leaves locks, which make the next one fail, and halves of packs, which nobody removes. The mark tells of it;
    // that we hold the copy's lock, that no git is at work.
    private void Begin()
    {
        var mark = Path.Join(FullPath, BusyMark);
        if (File.Exists(mark))
        {
            RemoveLeftovers();
        }

        File.WriteAllBytes(mark, []);
    }

    private void End() => File.Delete(Path.Join(FullPath, BusyMark));

    private void RemoveLeftovers()
    {
        foreach (var pattern in (ReadOnlySpan<string>)["*.lock", "tmp_*"])
        {
            foreach (var path in Directory.GetFiles(FullPath, pattern, SearchOption.AllDirectories))
            {
                File.Delete(path);
            }
        }
    }

    private Task<bool> HasAsync(string id, CancellationToken cancellationToken) =>
        git.AskAsync(FullPath, cancellationToken, "cat-file", "-e", id + "^{commit}");

    private Task<HostProgramResult> RunAsync(CancellationToken cancellationToken, params IEnumerable<string> arguments) =>
        git.TryRunAsync(FullPath, cancellationToken, arguments);

    private static bool MentionsDepth(string error) =>
        error.Contains("--depth", StringComparison.Ordinal) || error.Contains("shallow", StringComparison.Ordinal);

    // Servers that give out nothing but what they show (upload-pack's words, and fetch-pack's).
    private static bool IsRefusal(string error) =>
        error.Contains("not our ref", StringComparison.Ordinal) || error.Contains("unadvertised object", StringComparison.Ordinal)
        || error.Contains("couldn't find remote ref", StringComparison.Ordinal);
}
