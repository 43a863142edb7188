namespace SharpBuild.Cli.Help;

/// <summary>A command to copy.</summary>
/// <param name="Command">The command.</param>
/// <param name="Meaning">What it does.</param>
internal sealed record HelpExample(string Command, string Meaning);
