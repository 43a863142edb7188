using System.Collections.Immutable;
using System.CommandLine;
using SharpBuild.Cache;
using SharpBuild.Cli.Arguments;
using SharpBuild.Cli.Help;
using SharpBuild.Image.Layouts;
using SharpBuild.Image;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild save</c>.</summary>
internal sealed class SaveCommand : CliCommand
{
    private readonly Option<string[]> output;
    private readonly Option<string[]> platform;
    private readonly Argument<string[]> names;

    /// <summary>Declares it.</summary>
    public SaveCommand()
        : base("save", "[OPTIONS] IMAGE [IMAGE…]", "Writes images to an archive that docker load, podman load and skopeo read.")
    {
        output = Value("--output", "-o", "PATH", "Write to this file instead of standard output");
        platform = Value("--platform", "OS/ARCH", "Platform to save of multi-platform images (default: all)");
        names = Positional("IMAGE", 1, 1000);
    }

    /// <inheritdoc/>
    public override ImmutableArray<HelpExample> Examples =>
    [
        new("sharpbuild save -o image.tar app:1", "write a file for docker load"),
        new("sharpbuild save app:1 | ssh host docker load", "without a file"),
    ];

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        var wanted = PlatformText.TryRead(arguments.Last(platform));
        if (arguments.Last(output) is null && CommandHost.StandardOutputIsTerminal)
        {
            throw new UsageException("standard output is a terminal; use -o PATH, or redirect it");
        }

        using var signals = new SignalCancellation();
        await using var store = host.OpenStore(arguments);
        var images = arguments.Values(names).Select(name => Find(store, name, wanted)).ToList();
        var archiver = new ImageArchiver(store);
        if (arguments.Last(output) is { } path)
        {
            await OutputFile.WriteAsync(Path.GetFullPath(path), stream => archiver.SaveAsync(images, stream, signals.Token), signals.Token);
        }
        else
        {
            await using var stream = StandardStreams.OpenOutput();
            await archiver.SaveAsync(images, stream, signals.Token);
        }

        return ExitCodes.Success;
    }

    // Saved by a name, the image keeps it; saved by its id, it has none.
    private static LoadedImage Find(Store store, string text, Platform? platform)
    {
        var named = ImageReference.TryParse(text, out var name) ? store.Images.Find(name) : null;
        var image = named ?? StoredImages.Get(store, text);
        return new(platform is null ? image : StoredImage.Of(image.Require(platform, text)), named is null ? [] : [name!]);
    }
}
