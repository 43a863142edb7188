using System.CommandLine;
using System.CommandLine.Parsing;
using SharpBuild.Cli.Commands;

namespace SharpBuild.Cli.Arguments;

/// <summary>Says what System.CommandLine found wrong in words of ours: one line, what and where.</summary>
internal static class ParseFailure
{
    /// <summary>The first error.</summary>
    public static UsageException Explain(CliCommand command, ParseResult result)
    {
        foreach (var error in result.Errors)
        {
            if (error.SymbolResult is OptionResult option)
            {
                return new($"option '{option.IdentifierToken?.Value ?? option.Option.Name}' needs a value: {option.Option.Name} {option.Option.HelpName}");
            }
        }

        if (result.Errors.FirstOrDefault(e => e.SymbolResult is ArgumentResult && e.Message.StartsWith("unexpected", StringComparison.Ordinal)) is { } surplus)
        {
            return new($"{surplus.Message}; usage: 'sharpbuild {command.Name} {command.Synopsis}'");
        }

        return result.UnmatchedTokens is [var unexpected, ..]
            ? new($"unexpected argument '{unexpected}'; usage: 'sharpbuild {command.Name} {command.Synopsis}'")
            : new($"an argument is missing; usage: 'sharpbuild {command.Name} {command.Synopsis}'");
    }
}
