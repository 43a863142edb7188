using System.CommandLine;
using SharpBuild.Cli.Help;
using SharpBuild.Parser;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild help [COMMAND]</c>.</summary>
internal sealed class HelpCommand : CliCommand
{
    private readonly Argument<string[]> command;

    /// <summary>Declares it.</summary>
    public HelpCommand()
        : base("help", "[COMMAND]", "Shows help for a command, or lists all commands.") => command = Positional("COMMAND", 0, 1);

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        if (arguments.Values(command) is not [var name])
        {
            HelpPage.WriteOverview(host.Output);
            return Task.FromResult(ExitCodes.Success);
        }

        var entry = CommandTable.Find(name)
            ?? throw new UsageException($"unknown command '{name}'", Suggestion.Find(name, CommandTable.All.Select(other => other.Name)));
        var asked = entry.Create();
        asked.AddCommonOptions(new CommonOptions());
        HelpPage.Write(host.Output, asked);
        return Task.FromResult(ExitCodes.Success);
    }
}
