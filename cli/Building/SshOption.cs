using System.Collections.Immutable;
using SharpBuild.Builder;
using SharpBuild.Cli.Arguments;

namespace SharpBuild.Cli.Building;

/// <summary><c>--ssh</c>.</summary>
internal static class SshOption
{
    private const string DefaultId = "default";
    private const string AgentVariable = "SSH_AUTH_SOCK";

    /// <summary>Reads all of them: <c>ID</c> is the agent of the environment, <c>ID=PATH[,PATH]</c> a socket or key files.</summary>
    public static ImmutableDictionary<string, AgentSource> ReadAll(IReadOnlyList<string> words, Func<string, string?> lookup)
    {
        var agents = ImmutableDictionary<string, AgentSource>.Empty;
        // An empty one is what a script's empty variable leaves, as with buildx.
        foreach (var word in words.Where(static word => word.Length > 0))
        {
            var (name, paths) = CsvFields.Pair(word);
            var id = name.Length == 0 ? DefaultId : name;
            agents = agents.ContainsKey(id)
                ? throw new UsageException($"--ssh {id} is given twice; separate the keys of one ID with commas")
                : agents.Add(id, Read(id, paths, lookup));
        }

        return agents;
    }

    private static AgentSource Read(string id, string? paths, Func<string, string?> lookup)
    {
        if (string.IsNullOrEmpty(paths))
        {
            paths = lookup(AgentVariable);
            if (string.IsNullOrEmpty(paths))
            {
                throw new UsageException($"--ssh {id}: no agent runs ({AgentVariable} is not set); start one, or write --ssh {id}=SOCKET or --ssh {id}=KEY");
            }

            return new([Existing(id, paths)]);
        }

        return new([.. paths.Split(',').Select(path => Existing(id, path))]);
    }

    private static string Existing(string id, string path)
    {
        var full = path.Length == 0 ? path : Path.GetFullPath(path);
        return File.Exists(full) ? full : throw new UsageException($"--ssh {id}: there is no socket or key '{path}'");
    }
}
