using System.Collections.Immutable;
using System.CommandLine;
using SharpBuild.Cache.Space;
using SharpBuild.Cli.Help;
using SharpBuild.Cli.Listing;
using SharpBuild.Engine;
using SharpBuild.Parser;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild du</c>.</summary>
internal sealed class DiskUsageCommand : CliCommand
{
    private readonly Option<string[]> filter;
    private readonly Option<string[]> format;
    private readonly Option<string[]> verbose;

    /// <summary>Declares it.</summary>
    public DiskUsageCommand()
        : base("du", "[OPTIONS]", "Shows what takes up space in the store. The sizes add up to its size on disk.")
    {
        filter = Value("--filter", "FIELD=VALUE", $"Only items that match all filters: {UsageFilter.Fields}; also != and ~=");
        format = Value("--format", "tree|table|json", "Output format (table)");
        verbose = Flag("--verbose", "Show more details");
    }

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> NotBuilt => ["--builder", "--timeout"];

    /// <inheritdoc/>
    public override ImmutableArray<HelpExample> Examples =>
    [
        new("sharpbuild du --format tree", "from the largest to the smallest, by kind"),
        new("sharpbuild du --filter type=exec.cachemount", "cache mounts by their id"),
        new("sharpbuild du --format json | jq .Size", "one object a line"),
    ];

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        var kind = arguments.Last(format) ?? "table";
        if (kind is not ("table" or "tree" or "json"))
        {
            throw new UsageException($"unknown format '{kind}'", Suggestion.Find(kind, ["tree", "table", "json"]) ?? "table");
        }

        await using var store = host.OpenStoreToCollect(arguments);
        var filters = UsageFilters.Read(arguments, filter, host.Clock);
        var items = new GarbageCollector(store, () => new ContainerStore(store).HeldLayers()).List()
            .Where(item => filters.All(wanted => wanted.Fits(item)))
            .OrderByDescending(item => item.Size)
            .ToList();
        switch (kind)
        {
            case "json":
                UsageJson.Write(host.Output, items);
                break;
            case "tree":
                UsageTree.Write(host.Output, store.Root, items);
                break;
            default:
                UsageTable.Write(host.Output, items, arguments.Has(verbose), host.Clock.GetUtcNow());
                UsageTable.WriteSums(host.Output, items);
                break;
        }

        return ExitCodes.Success;
    }
}
