using System.CommandLine;
using SharpBuild.Cli.Arguments;
using SharpBuild.Cli.Commands;
using SharpBuild.Cli.Configuration;
using SharpBuild.Cli.Help;
using SharpBuild.Cli.Rendering;
using SharpBuild.Runtime;

namespace SharpBuild.Cli;

/// <summary>From the words of the command line to an exit code.</summary>
internal static class CommandRunner
{
    /// <summary>Runs the command that <paramref name="args"/> name.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        using var host = new CommandHost(Environment.GetEnvironmentVariable, TimeProvider.System);
        var label = "sharpbuild";
        try
        {
            var choice = CommandChoice.Make(args, Directory.Exists);
            label = $"sharpbuild {choice.Entry.Name}";
            var code = await RunAsync(choice, host);
            host.FlushOutput();
            return code;
        }
        catch (UsageException wrong)
        {
            host.Complain($"{label}: {DisplayText.Clean(wrong.Line)}\n");
            return ExitCodes.Usage;
        }
        catch (IOException gone) when (gone.HResult == CommandHost.BrokenPipe)
        {
            return ExitCodes.BrokenPipe;
        }
#pragma warning disable CA1031 // The one place where any failure becomes an exit code and a text.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            var report = Failures.Report(failure);
            FailureText.Write(host.Error, report);
            return report.ExitCode;
        }
    }

    /// <summary>Reads the words of a command.</summary>
    /// <returns>Null when help was asked for.</returns>
    /// <exception cref="UsageException">They make no sense.</exception>
    internal static ParsedArguments? Parse(CliCommand command, ReadOnlySpan<string> words)
    {
        var common = new CommonOptions();
        command.AddCommonOptions(common);
        var scan = ArgumentScan.Run(command.Symbol, words, command.StopsAtFirstArgument, command.WhyNotBuilt);
        if (scan.WantsHelp)
        {
            return null;
        }

        // `@file` is a name to docker, not a response file.
        var result = command.Symbol.Parse(scan.Words, new ParserConfiguration { ResponseFileTokenReplacer = null });
        return result.Errors.Count == 0 ? new ParsedArguments(result, common) : throw ParseFailure.Explain(command, result);
    }

    private static async Task<int> RunAsync(CommandChoice choice, CommandHost host)
    {
        // Before anything else is loaded: the work is done by the second process, which would load it again.
        var asksHelp = choice.Words.Contains("--help");
        if (choice.NeedsRoot && !asksHelp && SessionUserNamespace.IsNeeded)
        {
            return ReExecute(choice, host);
        }

        var command = choice.Entry.Create();
        if (Parse(command, choice.Words) is not { } arguments)
        {
            HelpPage.Write(host.Output, command);
            return ExitCodes.Success;
        }

        return SessionUserNamespace.IsNeeded && (choice.NeedsRoot || command.NeedsRoot(arguments))
            ? ReExecute(choice, host)
            : await command.RunAsync(arguments, host);
    }

    // The second process is root: it would take root's store for its own.
    private static int ReExecute(CommandChoice choice, CommandHost host) =>
        SessionUserNamespace.ReExecute(
            [choice.Entry.Name, CommonOptions.RootName, StoreLocation.Resolve(null, host.Lookup, isRoot: false), .. choice.Words],
            warning => host.Complain($"sharpbuild: {warning}\n"));
}
