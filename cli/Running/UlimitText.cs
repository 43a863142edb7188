using SharpBuild.Parser;
using SharpBuild.Runtime;
using SharpBuild.Runtime.Planning;

namespace SharpBuild.Cli.Running;

/// <summary><c>--ulimit</c>.</summary>
internal static class UlimitText
{
    /// <summary>Reads <c>NAME=SOFT[:HARD]</c>.</summary>
    public static Ulimit Parse(string text)
    {
        var (name, values) = Arguments.CsvFields.Pair(text);
        var limits = values?.Split(':');
        if (limits is not ([_] or [_, _]) || !long.TryParse(limits[0], out var soft) || !long.TryParse(limits[^1], out var hard))
        {
            throw new UsageException($"--ulimit: '{text}' is not a limit such as nofile=1024:2048");
        }

        if (!ResourceNames.All.Contains(name))
        {
            throw new UsageException($"--ulimit: there is no limit '{name}'; there are {string.Join(", ", ResourceNames.All)}", Suggestion.Find(name, ResourceNames.All));
        }

        return hard < soft && hard != -1 ? throw new UsageException($"--ulimit {name}: the soft limit {soft} is above the hard limit {hard}") : new(name, soft, hard);
    }
}
