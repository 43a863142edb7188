using System.Collections.Immutable;
using System.CommandLine;
using SharpBuild.Cache.Checking;
using SharpBuild.Cli.Help;
using SharpBuild.Cli.Listing;
using SharpBuild.Engine;
using SharpBuild.Parser;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild store</c>.</summary>
internal sealed class StoreCommand : CliCommand
{
    private readonly Argument<string[]> action;
    private readonly Option<string[]> repair;
    private readonly Option<string[]> full;
    private readonly Option<string[]> format;

    /// <summary>Declares it.</summary>
    public StoreCommand()
        : base("store", "check [OPTIONS]", "Checks the store for damage. Safe to use while builds run.")
    {
        repair = Flag("--repair", "Remove what is damaged or left over; builds and pulls recreate it");
        full = Flag("--full", "Also read every layer and compare it with its digest");
        format = Value("--format", "table|json", "Output format (table)");
        action = Positional("check", 1, 1);
    }

    /// <inheritdoc/>
    public override ImmutableArray<HelpExample> Examples =>
    [
        new("sharpbuild store check", "exit with 1 if something is damaged"),
        new("sharpbuild store check --repair", "remove what is damaged"),
    ];

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        var word = arguments.Values(action)[0];
        if (word != "check")
        {
            throw new UsageException($"'{word}' is not a store command", Suggestion.Find(word, ["check"]) ?? "check");
        }

        var kind = ListFormats.Parse(arguments.Last(format));
        using var signals = new SignalCancellation();
        await using var store = host.OpenStoreToCollect(arguments);
        var checker = new StoreChecker(store, () => new ContainerStore(store).HeldLayers());
        var findings = await checker.CheckAsync(arguments.Has(full), arguments.Has(repair), signals.Token);
        Write(host, findings, kind);
        return findings.Any(finding => finding is { Kind: StoreFindingKind.Damage, IsRepaired: false }) ? ExitCodes.Failure : ExitCodes.Success;
    }

    private static void Write(CommandHost host, IReadOnlyList<StoreFinding> findings, ListFormat kind)
    {
        foreach (var finding in findings)
        {
            if (kind == ListFormat.Json)
            {
                JsonLines.WriteLine(host.Output, json =>
                {
                    json.WriteString("Kind", Word(finding));
                    json.WriteString("Path", finding.Path);
                    json.WriteString("Problem", finding.Problem);
                    json.WriteBoolean("Repaired", finding.IsRepaired);
                });
            }
            else
            {
                host.Print($"{Word(finding)}: {finding.Path}: {finding.Problem}{(finding.IsRepaired ? " (removed)" : "")}\n");
            }
        }

        if (kind == ListFormat.Table)
        {
            WriteSum(host, findings);
        }
    }

    private static void WriteSum(CommandHost host, IReadOnlyList<StoreFinding> findings)
    {
        var damaged = findings.Count(finding => finding.Kind == StoreFindingKind.Damage);
        var left = findings.Count - damaged;
        host.Print(findings.Count == 0 ? "no problems found\n" : $"{damaged} damaged, {left} left over\n");
        if (findings.Any(finding => !finding.IsRepaired))
        {
            host.Print("'sharpbuild store check --repair' removes them\n");
        }
    }

    private static string Word(StoreFinding finding) => finding.Kind == StoreFindingKind.Damage ? "damaged" : "left over";
}
