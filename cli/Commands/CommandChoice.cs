using SharpBuild.Cli.Inspecting;
using SharpBuild.Parser;

namespace SharpBuild.Cli.Commands;

/// <summary>The command that was asked for.</summary>
/// <param name="Entry">The command.</param>
/// <param name="Words">All words but its name.</param>
internal readonly record struct CommandChoice(CommandEntry Entry, string[] Words)
{
    /// <summary>Whether it touches layers or containers, which only root may; a build that only answers a question does not, unless its arguments say more (<see cref="CliCommand.NeedsRoot"/>).</summary>
    public bool NeedsRoot => Entry.NeedsRoot && !(Entry.Name == CommandTable.Default && CallOption.IsPure(Words));

    /// <summary>Finds the command: the first word behind options that all commands have, or <c>build</c> when that is no command.</summary>
    /// <exception cref="UsageException">The word looks like a command and is none.</exception>
    public static CommandChoice Make(string[] args, Func<string, bool> isDirectory)
    {
        var index = 0;
        while (index < args.Length)
        {
            if (CommonOptions.HoldsValue(args[index]))
            {
                index++;
            }
            else if (CommonOptions.TakesNext(args[index]))
            {
                index += 2;
            }
            else
            {
                break;
            }
        }

        if (index >= args.Length)
        {
            return new(CommandTable.Find("help")!, []);
        }

        var word = args[index] switch
        {
            "--help" or "-h" => "help",
            "--version" or "-v" => "version",
            var other => other,
        };
        if (CommandTable.Find(word) is { } entry)
        {
            return new(entry, [.. args[..index], .. args[(index + 1)..]]);
        }

        return IsContext(word, isDirectory)
            ? new(CommandTable.Find(CommandTable.Default)!, args)
            : throw new UsageException($"'{word}' is neither a command nor a directory", Suggestion.Find(word, CommandTable.All.Select(command => command.Name)));
    }

    private static bool IsContext(string word, Func<string, bool> isDirectory) =>
        word.StartsWith('-') || word.AsSpan().ContainsAny('/', '.', ':') || isDirectory(word);
}
