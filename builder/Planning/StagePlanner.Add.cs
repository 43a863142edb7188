using System.Text;
using SharpBuild.Image;
using SharpBuild.Parser.Sources;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Builder.Planning;

/// <content>ADD: local files, files from the web, git repositories.</content>
internal sealed partial class StagePlanner
{
    private StageState ApplyAdd(AddInstruction add)
    {
        var checksum = add.Checksum is { } word && Expand(word) is { Length: > 0 } text ? text : null;
        return AddCopy(add, add.Sources, add.Destination, new FileOptions(add.Chown, add.Chmod, add.IsLink, KeepsParents: false, add.Excludes), ReadPart);

        FilesPart ReadPart(Word written, string path) => TryReadRemote(written, path) switch
        {
            HttpSource http => ReadWebFile(http, add, checksum),
            GitSource git => new(planner.AddRemote(Complete(git, add, written, checksum), "", git.Text, add.Span), "/"),
            _ when checksum is not null => throw Error(add.Checksum!.Span, "SB1531", "ADD --checksum needs a source on the web or in git", "remove --checksum for local files"),
            _ => new(planner.MainContext(), path, add.Unpacks ?? true),
        };
    }

    private FilesPart ReadWebFile(HttpSource http, AddInstruction add, string? checksum)
    {
        var digest = checksum is null ? (Digest?)null
            : Digest.TryParse(checksum, out var parsed) && parsed.Algorithm == "sha256" ? parsed
            : throw Error(add.Checksum!.Span, "SB1535", $"'{checksum}' is not a checksum of a file", "write sha256: and 64 hexadecimal digits");
        var name = FileName(http.FileName);
        return new(planner.AddRemote(http, name, http.Text, add.Span, digest), Literal(name), add.Unpacks ?? false);
    }

    // What the URL and the flags say must agree; the URL may say more.
    private GitSource Complete(GitSource git, AddInstruction add, Word word, string? checksum)
    {
        if (git.KeepsGitDirectory is { } kept && add.KeepsGitDirectory is { } flag && kept != flag)
        {
            throw Error(word.Span, "SB1534", "--keep-git-dir and the git URL's keep-git-dir contradict each other", "keep one of them");
        }

        if (git.Checksum is { } pinned && checksum is not null && pinned != checksum)
        {
            throw Error(word.Span, "SB1534", $"--checksum says {checksum}, but the git URL says {pinned}", "keep one of them");
        }

        var commit = git.Checksum ?? checksum;
        return commit is not null && !commit.All(char.IsAsciiHexDigit)
            ? throw Error(word.Span, "SB1535", $"'{commit}' is not a checksum of a commit", "write the hexadecimal digits that the commit's id begins with")
            : git with { KeepsGitDirectory = git.KeepsGitDirectory ?? add.KeepsGitDirectory, Checksum = commit };
    }

    // A name of the web may be one that no file can have.
    private static string FileName(string name) => name == ".." || name.Any(char.IsControl) || Encoding.UTF8.GetByteCount(name) > 255 ? "download" : name;

    // A name, not a pattern.
    private static string Literal(string name)
    {
        var text = new StringBuilder();
        foreach (var character in name)
        {
            text.Append(character is '*' or '?' or '[' or '\\' ? "\\" : "").Append(character);
        }

        return text.ToString();
    }
}
