using System.Collections.Immutable;
using System.CommandLine;
using SharpBuild.Cache;
using SharpBuild.Cli.Arguments;
using SharpBuild.Cli.Help;
using SharpBuild.Cli.Rendering;
using SharpBuild.Image;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild pull</c>.</summary>
internal sealed class PullCommand : CliCommand
{
    private readonly Option<string[]> platform;
    private readonly Option<string[]> allPlatforms;
    private readonly Option<string[]> quiet;
    private readonly Argument<string[]> names;

    /// <summary>Declares it.</summary>
    public PullCommand()
        : base("pull", "[OPTIONS] NAME[:TAG|@DIGEST]", "Downloads an image from a registry.")
    {
        platform = Value("--platform", "OS/ARCH[,…]", "Platforms to download of a multi-platform image (default: this machine's)");
        allPlatforms = Flag("--all-platforms", "Download all platforms of the image");
        quiet = Flag("--quiet", "Print only the image's name", "-q");
        names = Positional("NAME", 1, 1);
    }

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> NotBuilt => ["--all-tags", "-a", "--disable-content-trust"];

    /// <inheritdoc/>
    public override ImmutableArray<HelpExample> Examples =>
        [new("sharpbuild pull --registry-mirror docker.io=http://127.0.0.1:5000 alpine", "try a mirror of Docker Hub first")];

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        var name = ImageReference.Parse(arguments.Values(names)[0]);
        var platforms = PlatformText.ReadAll(arguments.All(platform)).DefaultIfEmpty(Platform.Host).ToList();
        if (arguments.Has(allPlatforms) && arguments.Has(platform))
        {
            throw new UsageException("--platform and --all-platforms contradict each other");
        }

        using var signals = new SignalCancellation();
        await using var store = host.OpenStore(arguments);
        using var registry = host.CreateRegistryClient(arguments);
        var puller = new ImagePuller(store, registry);
        var progress = arguments.Has(quiet) ? null : new LayerLines(host.ComplainNow);
        var present = new List<Platform>();
        foreach (var found in arguments.Has(allPlatforms) ? await puller.ResolveAllAsync(name, signals.Token) : await puller.ResolveAsync(name, platforms, signals.Token))
        {
            await puller.PullAsync(found, progress, signals.Token);
            present.Add(found.Config.Platform);
        }

        // A name that leads to a single image leads there whatever the platform.
        foreach (var missing in arguments.Has(platform) ? platforms.Where(wanted => !present.Exists(image => image.Satisfies(wanted))) : [])
        {
            host.Complain($"WARNING: '{name.FamiliarName}' has no image for {missing}: what it has is for {string.Join(", ", present)}\n");
        }

        host.Print($"{name}\n");
        store.Flush(); // what was fetched or given by hand is not to be lost with the power
        return ExitCodes.Success;
    }
}
