namespace SharpBuild.Parser.Sources;

/// <summary>The query of a git URL: <c>?branch=main&amp;subdir=src</c> and the like (BuildKit frontend/dockerfile/dfgitutil).</summary>
internal static class GitQuery
{
    private const string Tags = "refs/tags/";
    private const string Heads = "refs/heads/";

    /// <summary>Adds what the query says.</summary>
    /// <exception cref="SourceSyntaxException">The query contradicts the fragment or itself, or says something unknown.</exception>
    public static GitSource Apply(string query, GitSource source)
    {
        var values = Read(query);
        foreach (var (key, value) in values)
        {
            source = Apply(key, value, source);
        }

        return values.ContainsKey("tag") && values.ContainsKey("branch")
            ? throw new SourceSyntaxException("the git URL names a tag and a branch", "keep one of them")
            : WithRef(WithRef(source, Qualify(values.GetValueOrDefault("tag"), Tags)), Qualify(values.GetValueOrDefault("branch"), Heads));
    }

    private static Dictionary<string, string> Read(string query)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in Pairs(query))
        {
            if (!values.TryAdd(key, value))
            {
                throw new SourceSyntaxException($"the git URL says '{key}' twice", "keep one of them");
            }

            if (value.Length == 0 && key is not ("keep-git-dir" or "submodules" or "fetch-by-commit"))
            {
                throw new SourceSyntaxException($"'{key}' of the git URL has no value");
            }
        }

        return values;
    }

    private static GitSource Apply(string key, string value, GitSource source) => key switch
    {
        "ref" => WithRef(source, value),
        "tag" or "branch" => source,
        "subdir" => WithSubdirectory(source, GitUrl.CleanDirectory(value)),
        "checksum" or "commit" => source with { Checksum = value },
        "keep-git-dir" => source with { KeepsGitDirectory = ReadSwitch(key, value) },
        "submodules" => source with { HasSubmodules = ReadSwitch(key, value) },
        "fetch-by-commit" => source with { IsFetchedByCommit = ReadSwitch(key, value) },
        "mtime" => source with { UsesCommitTime = ReadTime(value) },
        _ => throw new SourceSyntaxException(
            $"'{key}' of the git URL is not known",
            "there are ref, branch, tag, commit, checksum, subdir, keep-git-dir, submodules, mtime and fetch-by-commit"),
    };

    private static GitSource WithRef(GitSource source, string? name) => name is null
        ? source
        : source.Ref is { } other && other != name
            ? throw new SourceSyntaxException($"the git URL names both '{other}' and '{name}'", "keep one of them")
            : source with { Ref = name };

    private static GitSource WithSubdirectory(GitSource source, string path) => source.Subdirectory.Length > 0 && source.Subdirectory != path
        ? throw new SourceSyntaxException($"the git URL names both the directory '{source.Subdirectory}' and '{path}'", "keep one of them")
        : source with { Subdirectory = path };

    private static string? Qualify(string? name, string prefix) =>
        name is null || name.StartsWith(prefix, StringComparison.Ordinal) ? name : prefix + name;

    private static bool ReadSwitch(string key, string value) => value switch
    {
        "" or "1" or "t" or "T" or "TRUE" or "true" or "True" => true,
        "0" or "f" or "F" or "FALSE" or "false" or "False" => false,
        _ => throw new SourceSyntaxException($"'{value}' is not a value for '{key}' of the git URL", "write true or false"),
    };

    private static bool ReadTime(string value) => value switch
    {
        "checkout" => false,
        "commit" => true,
        _ => throw new SourceSyntaxException($"'{value}' is not a value for 'mtime' of the git URL", "write checkout or commit"),
    };

    // What cannot be decoded is left out, as Go's url.Query does.
    private static IEnumerable<(string Key, string Value)> Pairs(string query)
    {
        foreach (var part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = UrlText.Cut(part.Replace('+', ' '), '=');
            if (UrlText.Decode(key) is { } name && UrlText.Decode(value) is { } text)
            {
                yield return (name, text);
            }
        }
    }
}
