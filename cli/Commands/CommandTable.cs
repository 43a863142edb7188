namespace SharpBuild.Cli.Commands;

/// <summary>All commands, in the order in which help shows them.</summary>
internal static class CommandTable
{
    /// <summary>The command that is meant when none is named.</summary>
    public const string Default = "build";

    /// <summary>The commands.</summary>
    public static CommandEntry[] All =>
    [
        new(Default, "Build an image from a Dockerfile", NeedsRoot: true, () => new BuildCommand()),
        new("version", "Print the version", NeedsRoot: false, () => new VersionCommand()),
        new("help", "Explain a command", NeedsRoot: false, () => new HelpCommand()),
    ];

    /// <summary>The command of that name, or null.</summary>
    public static CommandEntry? Find(string name)
    {
        foreach (var entry in All)
        {
            if (entry.Name == name)
            {
                return entry;
            }
        }

        return null;
    }
}
