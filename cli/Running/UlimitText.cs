using System.Globalization;
using SharpBuild.Parser;
using SharpBuild.Runtime;
using SharpBuild.Runtime.Planning;

namespace SharpBuild.Cli.Running;

/// <summary><c>--ulimit</c>.</summary>
internal static class UlimitText
{
    private const string MostFiles = "/proc/sys/fs/nr_open";

    /// <summary>Reads <c>NAME=SOFT[:HARD]</c>; -1 is no limit.</summary>
    public static Ulimit Parse(string text)
    {
        var (name, values) = Arguments.CsvFields.Pair(text);
        var limits = values?.Split(':');
        if (limits is not ([_] or [_, _]) || !TryRead(limits[0], out var soft) || !TryRead(limits[^1], out var hard))
        {
            throw new UsageException($"--ulimit: '{text}' is not a limit such as nofile=1024:2048");
        }

        if (!ResourceNames.All.Contains(name))
        {
            throw new UsageException($"--ulimit: unknown limit '{name}'; use one of {string.Join(", ", ResourceNames.All)}", Suggestion.Find(name, ResourceNames.All));
        }

        if (hard != -1 && (soft == -1 || soft > hard))
        {
            throw new UsageException($"--ulimit {name}: the soft limit {Describe(soft)} is above the hard limit {hard}");
        }

        return name == "nofile" ? CheckFiles(new(name, soft, hard)) : new(name, soft, hard);
    }

    private static bool TryRead(string text, out long limit) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out limit) && limit >= -1;

    // The one limit that has a limit, for root, too (setrlimit(2)).
    private static Ulimit CheckFiles(Ulimit files) =>
        File.Exists(MostFiles) && TryRead(File.ReadAllText(MostFiles).Trim(), out var most) && (files.Hard == -1 || files.Hard > most)
            ? throw new UsageException($"--ulimit nofile: {Describe(files.Hard)} is more than this kernel lets any process open, {most} (fs.nr_open)")
            : files;

    private static string Describe(long limit) => limit == -1 ? "-1 (none)" : limit.ToString(CultureInfo.InvariantCulture);
}
