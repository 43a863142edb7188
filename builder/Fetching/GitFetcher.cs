using System.Collections.Concurrent;
using SharpBuild.Builder.Execution;
using SharpBuild.Builder.Planning;
using SharpBuild.Cache;
using SharpBuild.Image;
using SharpBuild.Parser.Sources;

namespace SharpBuild.Builder.Fetching;

/// <summary>Files of git repositories: asks what a branch or tag is now, and checks a commit out when its files are not in the store. Thread-safe.</summary>
internal sealed class GitFetcher(Store store, BuildOptions options, SshAgents agents, WebClient client, TimeProvider clock)
{
    private const string AgentId = "default";
    private const int ShortestDigits = 4;
    private readonly Func<string, string?> lookup = Environment.GetEnvironmentVariable;
    private readonly ConcurrentDictionary<Digest, GitCommit> commits = new();

    /// <summary>Finds out which commit a source is.</summary>
    /// <exception cref="BuildException">The repository cannot be read, or has no such commit.</exception>
    public async Task<FetchedSource> ResolveAsync(GitStep step, FetchReporter reporter, CancellationToken cancellationToken)
    {
        var commit = await FindCommitAsync(step.Source, reporter, cancellationToken);
        commits[step.Definition] = commit;
        var key = KeyOf(step, commit);
        return new(key, store.Records.TryGet(key) is { } known ? new StepResult(known.Layers, known.Created) : null);
    }

    /// <summary>Checks the files of a resolved source out.</summary>
    /// <exception cref="BuildException">They cannot be had.</exception>
    public async Task<StepResult> FetchAsync(GitStep step, FetchReporter reporter, CancellationToken cancellationToken)
    {
        reporter.Start();
        var commit = commits[step.Definition];
        var git = await GitAsync(step.Source, reporter, cancellationToken);
        using var mirror = await GitMirror.OpenAsync(store, git, step.Source, commit.IsSha256, cancellationToken);
        await mirror.FetchAsync(commit.Id, cancellationToken);
        using var draft = store.Layers.Create([]);
        await new GitCheckout(store, git, step.Source, mirror, commit).WriteAsync(draft, cancellationToken);
        return new StepResult([store.Layers.Commit(draft).Id], clock.GetUtcNow());
    }

    private async Task<GitProgram> GitAsync(GitSource source, FetchReporter reporter, CancellationToken cancellationToken)
    {
        var agent = source.Transport == GitTransport.Ssh ? await agents.TryOpenAsync(AgentId, cancellationToken) : null;
        return GitProgram.Create(source, GitAccess.Find(source, options, store.Git, agent, lookup, cancellationToken), client, lookup, reporter);
    }

    private async Task<GitCommit> FindCommitAsync(GitSource source, FetchReporter reporter, CancellationToken cancellationToken)
    {
        var commit = source.Ref is { } id && GitSource.IsCommit(id) ? new GitCommit(id, null, null)
            : source.IsFetchedByCommit ? ReadPinned(source)
            : await AskAsync(source, reporter, cancellationToken);
        return source.Checksum is not { } checksum || commit.Matches(checksum)
            ? commit
            : throw FetchErrors.Create(
                FetchErrors.WrongChecksum,
                $"{source.Text} is at commit {commit.Peeled ?? commit.Id}, which does not begin with {checksum}",
                "check which commit is meant, then the checksum");
    }

    private static GitCommit ReadPinned(GitSource source)
    {
        var id = source.Checksum is { } checksum && GitSource.IsCommit(checksum)
            ? checksum
            : throw FetchErrors.Create(FetchErrors.NoRef, $"{source.Text} is to be fetched by its commit, but does not name all of it", "add checksum= with the whole id of the commit");
        return new(id, source.Ref is null || source.Ref.StartsWith("refs/", StringComparison.Ordinal) ? source.Ref : "refs/heads/" + source.Ref, null);
    }

    private async Task<GitCommit> AskAsync(GitSource source, FetchReporter reporter, CancellationToken cancellationToken)
    {
        var git = await GitAsync(source, reporter, cancellationToken);
        if (source.Ref is not { } name)
        {
            return await AskForDefaultAsync(git, source, cancellationToken);
        }

        var listing = await git.RunAsync(store.Root, cancellationToken, "ls-remote", "--", source.Remote, name, name + "^{}");
        return GitCommit.Find(listing, name)
            ?? await FindShortAsync(git, source, name, cancellationToken)
            ?? throw FetchErrors.Create(FetchErrors.NoRef, $"{source.Remote} has no branch, tag or commit '{name}'", "check its spelling");
    }

    private async Task<GitCommit> AskForDefaultAsync(GitProgram git, GitSource source, CancellationToken cancellationToken)
    {
        var listing = await git.RunAsync(store.Root, cancellationToken, "ls-remote", "--symref", "--", source.Remote, "HEAD");
        return GitCommit.FindDefault(listing)
            ?? throw FetchErrors.Create(FetchErrors.NoRef, $"{source.Text} has no default branch", "name a branch, tag or commit behind '#'");
    }

    // BuildKit knows whole ids only. Servers do not answer for parts of one, so all of the history has to come.
    private async Task<GitCommit?> FindShortAsync(GitProgram git, GitSource source, string digits, CancellationToken cancellationToken)
    {
        if (digits.Length < ShortestDigits || !digits.All(char.IsAsciiHexDigit))
        {
            return null;
        }

        using var mirror = await GitMirror.OpenAsync(store, git, source, isSha256: false, cancellationToken);
        return await mirror.FindAsync(digits, cancellationToken) is { } id ? new GitCommit(id, null, null) : null;
    }

    // Which branch or tag led to the commit shows only in a .git directory that is kept.
    private static Digest KeyOf(GitStep step, GitCommit commit)
    {
        using var key = new CacheKeyBuilder("git files/1");
        var keeps = step.Source.KeepsGitDirectory == true;
        key.Add("commit", keeps ? commit.Id : commit.Peeled ?? commit.Id);
        key.Add("name", keeps ? commit.Name ?? "" : "");
        key.Add("remote", keeps ? step.Source.Remote : "");
        step.DescribeTree(key);
        return key.ToDigest();
    }
}
