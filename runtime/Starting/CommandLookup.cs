using System.Collections.Immutable;

namespace SharpBuild.Runtime.Starting;

/// <summary>Where a command may lie, and what its environment is.</summary>
internal static class CommandLookup
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The paths to try: the command itself when it has a slash, else one for each directory of PATH.</summary>
    public static ImmutableArray<string> Candidates(string command, ImmutableArray<string> environment)
    {
        if (command.Contains('/', StringComparison.Ordinal))
        {
            return [command];
        }

        var paths = ImmutableArray.CreateBuilder<string>();
        foreach (var directory in (Find(environment, "PATH") ?? DefaultPath).Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            paths.Add(directory.EndsWith('/') ? directory + command : $"{directory}/{command}");
        }

        // An empty PATH finds nothing; the kernel is still the one to say so.
        return paths.Count == 0 ? ["/" + command] : paths.ToImmutable();
    }

    /// <summary>The environment with HOME.</summary>
    public static ImmutableArray<string> WithHome(ImmutableArray<string> environment, string home) =>
        Find(environment, "HOME") is null ? environment.Add($"HOME={home}") : environment;

    // Of several the last counts, as a shell sees it.
    private static string? Find(ImmutableArray<string> environment, string name)
    {
        for (var index = environment.Length - 1; index >= 0; index--)
        {
            var entry = environment[index];
            if (entry.Length > name.Length && entry[name.Length] == '=' && entry.StartsWith(name, StringComparison.Ordinal))
            {
                return entry[(name.Length + 1)..];
            }
        }

        return null;
    }
}
