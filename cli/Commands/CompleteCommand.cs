using System.CommandLine;

namespace SharpBuild.Cli.Commands;

/// <summary>What a shell's completion script calls: prints what the last word may become. Hidden, no contract.</summary>
internal sealed class CompleteCommand : CliCommand
{
    /// <summary>The name that scripts call it by.</summary>
    public const string Verb = "__complete";

    private readonly Argument<string[]> words;

    /// <summary>Declares it.</summary>
    public CompleteCommand()
        : base(Verb, "-- [WORD…]", "Prints what the last word may become.") => words = Positional("WORD", 0, 1000);

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        foreach (var candidate in Complete([.. arguments.Values(words)]))
        {
            host.Print($"{candidate}\n");
        }

        return Task.FromResult(ExitCodes.Success);
    }

    /// <summary>The names that fit; nothing where the shell's own file names are better.</summary>
    internal static IEnumerable<string> Complete(string[] words)
    {
        var start = words is [.., var last] ? last : "";
        if (words.Length <= 1 && !start.StartsWith('-'))
        {
            return CommandTable.All.Select(entry => entry.Name).Where(name => name.StartsWith(start, StringComparison.Ordinal));
        }

        if (!start.StartsWith('-'))
        {
            return [];
        }

        var command = (CommandTable.Find(words[0]) ?? CommandTable.Find(CommandTable.Default)!).Create();
        command.AddCommonOptions(new CommonOptions());
        return command.Symbol.Options.Select(option => option.Name).Append("--help").Where(name => name.StartsWith(start, StringComparison.Ordinal));
    }
}
