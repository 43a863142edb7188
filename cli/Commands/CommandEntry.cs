namespace SharpBuild.Cli.Commands;

/// <summary>A command in the table: enough to find it, not yet its options.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Summary">What it does.</param>
/// <param name="NeedsRoot">Whether it touches layers or containers, which only root (of a user namespace, at least) may.</param>
/// <param name="Create">Makes the command.</param>
internal sealed record CommandEntry(string Name, string Summary, bool NeedsRoot, Func<CliCommand> Create);
