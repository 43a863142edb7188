using System.CommandLine;
using SharpBuild.Cache;
using SharpBuild.Cli.Arguments;
using SharpBuild.Image.Compression;
using SharpBuild.Image;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild push</c>.</summary>
internal sealed class PushCommand : CliCommand
{
    private readonly Option<string[]> platform;
    private readonly Option<string[]> quiet;
    private readonly Argument<string[]> names;

    /// <summary>Declares it.</summary>
    public PushCommand()
        : base("push", "[OPTIONS] NAME[:TAG]", "Uploads an image to the registry in its name.")
    {
        platform = Value("--platform", "OS/ARCH", "Platform to upload of a multi-platform image (default: all, with their index)");
        quiet = Flag("--quiet", "Print only the digest", "-q");
        names = Positional("NAME", 1, 1);
    }

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> NotBuilt => ["--all-tags", "-a", "--disable-content-trust"];

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        var wanted = PlatformText.TryRead(arguments.Last(platform));
        var text = arguments.Values(names)[0];
        var name = ImageReference.Parse(text);
        using var signals = new SignalCancellation();
        await using var store = host.OpenStore(arguments);
        using var registry = host.CreateRegistryClient(arguments);
        var image = store.Images.Find(name) ?? throw StoredImages.NotFound(text);
        var publisher = new ImagePublisher(store);
        var chosen = wanted is null ? image : StoredImage.Of(image.Require(wanted, text));
        var pushed = await publisher.PublishAsync(chosen, new LayerCompression(Codecs.Gzip, null), name, registry, signals.Token);
        host.Print(arguments.Has(quiet) ? $"{pushed.Digest}\n" : $"{name}: digest: {pushed.Digest} size: {pushed.Size}\n");
        return ExitCodes.Success;
    }
}
