using System.CommandLine;
using SharpBuild.Cache;
using SharpBuild.Image;
using SharpBuild.Image.Compression;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild push</c>.</summary>
internal sealed class PushCommand : CliCommand
{
    private readonly Option<string[]> quiet;
    private readonly Argument<string[]> names;

    /// <summary>Declares it.</summary>
    public PushCommand()
        : base("push", "[OPTIONS] NAME[:TAG]", "Sends an image to the registry that its name names.")
    {
        quiet = Flag("--quiet", "Print the digest alone", "-q");
        names = Positional("NAME", 1, 1);
    }

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> NotBuilt => ["--all-tags", "-a", "--disable-content-trust", "--platform"];

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        var text = arguments.Values(names)[0];
        var name = ImageReference.Parse(text);
        using var signals = new SignalCancellation();
        await using var store = host.OpenStore(arguments);
        using var registry = host.CreateRegistryClient(arguments);
        var image = store.Images.Find(name) ?? throw StoredImages.NotFound(text);
        var publisher = new ImagePublisher(store);
        var published = await publisher.PrepareAsync(image, Codecs.Gzip, level: null, signals.Token);
        await publisher.PushAsync(published, name, registry, signals.Token);
        host.Print(arguments.Has(quiet) ? $"{published.Descriptor.Digest}\n" : $"{name}: digest: {published.Descriptor.Digest} size: {published.Descriptor.Size}\n");
        return ExitCodes.Success;
    }
}
