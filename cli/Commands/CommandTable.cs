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
        new("check", "Check a Dockerfile without building it", NeedsRoot: false, () => new CheckCommand()),
        new("parse", "Print the syntax tree of a Dockerfile", NeedsRoot: false, () => new ParseCommand()),
        new("why", "Explain why steps of the last build were not in the cache", NeedsRoot: true, () => new WhyCommand()),
        new("run", "Run a command in a new container", NeedsRoot: true, () => new RunCommand()),
        new("ps", "List containers", NeedsRoot: false, () => new ProcessListCommand()),
        new("rm", "Remove containers", NeedsRoot: true, () => new RemoveContainerCommand()),
        new("images", "List images", NeedsRoot: false, () => new ImagesCommand()),
        new("inspect", "Print details of images and containers", NeedsRoot: false, () => new InspectCommand()),
        new("tag", "Add a name to an image", NeedsRoot: true, () => new TagCommand()),
        new("rmi", "Remove images", NeedsRoot: true, () => new RemoveImageCommand()),
        new("import", "Create an image from a root file system", NeedsRoot: true, () => new ImportCommand()),
        new("pull", "Download an image from a registry", NeedsRoot: true, () => new PullCommand()),
        new("push", "Upload an image to a registry", NeedsRoot: true, () => new PushCommand()),
        new("load", "Load images from an archive", NeedsRoot: true, () => new LoadCommand()),
        new("save", "Save images to an archive", NeedsRoot: true, () => new SaveCommand()),
        new("du", "Show what takes up space in the store", NeedsRoot: true, () => new DiskUsageCommand()),
        new("prune", "Remove unused build cache", NeedsRoot: true, () => new PruneCommand()),
        new("store", "Check and repair the store", NeedsRoot: true, () => new StoreCommand()),
        new("completions", "Print a completion script for a shell", NeedsRoot: false, () => new CompletionsCommand()),
        new("version", "Print the version", NeedsRoot: false, () => new VersionCommand()),
        new("help", "Show help", NeedsRoot: false, () => new HelpCommand()),
    ];

    /// <summary>The command of that name, or null.</summary>
    public static CommandEntry? Find(string name)
    {
        switch (name)
        {
            case CompleteCommand.Verb:
                return new(name, "", NeedsRoot: false, () => new CompleteCommand());
            case UpkeepCommand.Verb:
                return new(name, "", NeedsRoot: true, () => new UpkeepCommand());
        }

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
