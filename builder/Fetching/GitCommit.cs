using SharpBuild.Parser.Sources;

namespace SharpBuild.Builder.Fetching;

/// <summary>What a source's branch, tag or commit is at the moment.</summary>
/// <param name="Id">The id of the commit, or of the annotated tag that names it.</param>
/// <param name="Name">The whole name of the branch or tag, such as <c>refs/heads/main</c>; null for a bare commit.</param>
/// <param name="Peeled">The commit behind an annotated tag; null when <paramref name="Id"/> is no such tag, as far as is known.</param>
internal sealed record GitCommit(string Id, string? Name, string? Peeled)
{
    /// <summary>Whether the repository names its objects by SHA-256.</summary>
    public bool IsSha256 => Id.Length == 64;

    /// <summary>Finds a name in what <c>git ls-remote</c> prints; null when it is not there. A branch wins over a tag of the same name.</summary>
    public static GitCommit? Find(string listing, string name)
    {
        var branch = "refs/heads/" + Trim(name, "refs/heads/");
        var tag = "refs/tags/" + Trim(name, "refs/tags/");
        var whole = "refs/" + Trim(name, "refs/");
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in listing.Split('\n'))
        {
            if (line.Split('\t') is [var id, var listed] && GitSource.IsCommit(id))
            {
                ids[listed] = id;
            }
        }

        return ids.TryGetValue(whole, out var found) ? new(found, whole, ids.GetValueOrDefault(whole + "^{}"))
            : ids.TryGetValue(branch, out found) ? new(found, branch, null)
            : ids.TryGetValue(tag, out found) ? new(found, tag, ids.GetValueOrDefault(tag + "^{}"))
            : null;
    }

    /// <summary>The branch that <c>git ls-remote --symref … HEAD</c> names; null when there is none.</summary>
    public static string? FindDefaultBranch(string listing)
    {
        const string Prefix = "ref: ";
        var line = Array.Find(listing.Split('\n'), l => l.StartsWith(Prefix, StringComparison.Ordinal) && l.EndsWith("\tHEAD", StringComparison.Ordinal));
        return line?[Prefix.Length..line.IndexOf('\t', StringComparison.Ordinal)];
    }

    /// <summary>Whether the commit is the one that a checksum begins to name.</summary>
    public bool Matches(string checksum) =>
        Id.StartsWith(checksum, StringComparison.OrdinalIgnoreCase) || Peeled?.StartsWith(checksum, StringComparison.OrdinalIgnoreCase) == true;

    private static string Trim(string name, string prefix) => name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
}
