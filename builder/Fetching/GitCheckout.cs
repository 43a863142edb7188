using System.Globalization;
using SharpBuild.Cache;
using SharpBuild.Cache.Copying;
using SharpBuild.Parser.Sources;

namespace SharpBuild.Builder.Fetching;

/// <summary>Puts the files of a commit into a layer.</summary>
internal sealed class GitCheckout(Store store, GitProgram git, GitSource source, GitMirror mirror, GitCommit commit)
{
    private const string GitName = ".git";

    private bool KeepsGitDirectory => source.KeepsGitDirectory == true && source.Subdirectory.Length == 0;

    /// <summary>Writes the files, owned by 0:0, with mode 0644 or 0755.</summary>
    /// <exception cref="BuildException">There is no such directory in the commit, or a submodule cannot be had.</exception>
    public async Task WriteAsync(LayerDraft draft, CancellationToken cancellationToken)
    {
        File.SetUnixFileMode(draft.UpperPath, (UnixFileMode)0b111_101_101);
        using var scratch = store.CreateTemporaryDirectory();
        var tree = source.Subdirectory.Length == 0 ? draft.UpperPath : Directory.CreateDirectory(Path.Join(scratch.Path, "tree")).FullName;
        var repository = KeepsGitDirectory ? Path.Join(tree, GitName) : Path.Join(scratch.Path, "git");
        var local = git.With("GIT_DIR", repository).With("GIT_WORK_TREE", tree);
        await local.RunAsync(tree, cancellationToken, ["init", "--quiet", .. commit.IsSha256 ? ["--object-format=sha256"] : Array.Empty<string>()]);
        if (KeepsGitDirectory)
        {
            await FetchHistoryAsync(local, tree, cancellationToken);
        }
        else
        {
            BorrowObjects(repository);
        }

        await local.RunAsync(tree, cancellationToken, "checkout", "--quiet", "--detach", "--force", commit.Id + "^{commit}");
        await local.RunAsync(tree, cancellationToken, "remote", "add", "--", "origin", source.Remote);
        await AddSubmodulesAsync(local, tree, cancellationToken);
        if (source.Subdirectory.Length > 0)
        {
            MoveDirectory(tree, draft.UpperPath);
        }

        if (source.UsesCommitTime)
        {
            TreeTimes.Set(draft.UpperPath, await ReadTimeAsync(cancellationToken));
        }
    }

    // The repository that goes into the layer has what a shallow clone has.
    private async Task FetchHistoryAsync(GitProgram local, string tree, CancellationToken cancellationToken)
    {
        var name = commit.Name is null ? commit.Id : $"{commit.Id}:{commit.Name}";
        await local.WithLocalTransport().RunAsync(tree, cancellationToken, "fetch", "--quiet", "--update-head-ok", "--no-write-fetch-head", "--depth=1", "--no-tags", "--", "file://" + mirror.FullPath, name);
    }

    // A repository that lasts as long as this checkout: index, submodules and settings of one build cannot reach the next.
    private void BorrowObjects(string repository)
    {
        File.WriteAllText(Path.Join(repository, "objects", "info", "alternates"), Path.Join(mirror.FullPath, "objects") + "\n");
        var shallow = Path.Join(mirror.FullPath, "shallow");
        if (File.Exists(shallow))
        {
            File.Copy(shallow, Path.Join(repository, "shallow"));
        }
    }

    private async Task AddSubmodulesAsync(GitProgram local, string tree, CancellationToken cancellationToken)
    {
        if (!source.HasSubmodules || !File.Exists(Path.Join(tree, ".gitmodules")))
        {
            return;
        }

        await local.RunAsync(tree, cancellationToken, "submodule", "--quiet", "update", "--init", "--recursive", "--depth=1");
        if (!KeepsGitDirectory)
        {
            RemovePointers(tree);
        }
    }

    // A submodule's .git is a file that names its repository, here one that is gone in a moment. (BuildKit leaves it, with a path
    // of its own disk, so that no two checkouts are alike.) A tracked file cannot have the name.
    private static void RemovePointers(string tree)
    {
        var pending = new Stack<DirectoryInfo>([new DirectoryInfo(tree)]);
        while (pending.TryPop(out var directory))
        {
            File.Delete(Path.Join(directory.FullName, GitName));
            foreach (var inner in directory.EnumerateDirectories().Where(d => d.LinkTarget is null))
            {
                pending.Push(inner);
            }
        }
    }

    private void MoveDirectory(string tree, string target)
    {
        var directory = tree;
        foreach (var part in source.Subdirectory.Split('/'))
        {
            directory = Path.Join(directory, part);
            if (!Directory.Exists(directory) || new DirectoryInfo(directory).LinkTarget is not null)
            {
                throw FetchErrors.Create(FetchErrors.NoDirectory, $"{source.Text} has no directory '{source.Subdirectory}'", "check the path behind the colon, or that of subdir=");
            }
        }

        foreach (var entry in Directory.EnumerateFileSystemEntries(directory))
        {
            Directory.Move(entry, Path.Join(target, Path.GetFileName(entry)));
        }
    }

    private async Task<DateTimeOffset> ReadTimeAsync(CancellationToken cancellationToken)
    {
        var text = await mirror.QueryAsync(cancellationToken, "show", "--no-patch", "--format=%ct", "--end-of-options", commit.Id + "^{commit}");
        return DateTimeOffset.FromUnixTimeSeconds(long.Parse(text.Trim(), CultureInfo.InvariantCulture));
    }
}
