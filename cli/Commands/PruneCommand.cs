using System.Collections.Immutable;
using System.CommandLine;
using SharpBuild.Cache.Space;
using SharpBuild.Cli.Help;
using SharpBuild.Cli.Listing;
using SharpBuild.Cli.Rendering;
using SharpBuild.Engine;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild prune</c>: the options of <c>docker buildx prune</c>.</summary>
internal sealed class PruneCommand : CliCommand
{
    private readonly Option<string[]> all;
    private readonly Option<string[]> force;
    private readonly Option<string[]> filter;
    private readonly Option<string[]> reserved;
    private readonly Option<string[]> mostUsed;
    private readonly Option<string[]> leastFree;
    private readonly Option<string[]> verbose;

    /// <summary>Declares it.</summary>
    public PruneCommand()
        : base("prune", "[OPTIONS]", "Removes build cache that no image or container needs. Safe to use while builds run.")
    {
        all = Flag("--all", "Also remove untagged images, and cache records of steps whose layers are part of an image", "-a");
        force = Flag("--force", "Do not ask for confirmation", "-f");
        filter = Value("--filter", "FIELD=VALUE", $"Only items that match all filters: {UsageFilter.Fields}; also != and ~=");
        reserved = Value("--reserved-space", "SIZE", "Always keep this much (10GB, 5%)");
        mostUsed = Value("--max-used-space", "SIZE", "Stop when the cache is no larger than this");
        leastFree = Value("--min-free-space", "SIZE", "Stop when this much disk space is free");
        verbose = Flag("--verbose", "Show more details");
    }

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> NotBuilt => ["--builder", "--timeout"];

    /// <inheritdoc/>
    public override ImmutableArray<HelpExample> Examples =>
    [
        new("sharpbuild prune -f --filter until=48h", "remove what was not used for two days"),
        new("sharpbuild prune -f --max-used-space 20GB", "remove what was used least recently, until the rest fits into 20 GB"),
        new("sharpbuild prune -f --filter type=exec.cachemount --filter id~=npm", "remove cache mounts with npm in their ID"),
    ];

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        using var signals = new SignalCancellation();
        await using var store = host.OpenStoreToCollect(arguments);
        var disk = GarbageCollector.SizeOfDisk(store);
        var options = new PruneOptions
        {
            All = arguments.Has(all),
            Filters = UsageFilters.Read(arguments, filter, host.Clock),
            ReservedSpace = UsageFilters.Size(arguments, reserved, disk),
            MaxUsedSpace = UsageFilters.Size(arguments, mostUsed, disk),
            MinFreeSpace = UsageFilters.Size(arguments, leastFree, disk),
        };
        if (!arguments.Has(force) && !Confirm(host, options.All))
        {
            return ExitCodes.Success;
        }

        var gone = await new GarbageCollector(store, () => new ContainerStore(store).HeldLayers()).CollectAsync(options, signals.Token);
        UsageTable.Write(host.Output, gone, arguments.Has(verbose), host.Clock.GetUtcNow());
        host.Print($"Total:\t{ByteSize.Format(gone.Sum(item => item.Size))}\n");
        return ExitCodes.Success;
    }

    private static bool Confirm(CommandHost host, bool everything)
    {
        var what = everything ? "all build cache, and images without a name" : "all build cache that no image needs";
        host.ComplainNow($"This removes {what}. Are you sure? [y/N] ");
        using var reader = new StreamReader(StandardStreams.OpenInput());
        return reader.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }
}
