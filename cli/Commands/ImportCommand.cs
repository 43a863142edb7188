using System.Collections.Immutable;
using System.CommandLine;
using System.Threading.Channels;
using SharpBuild.Builder;
using SharpBuild.Builder.Events;
using SharpBuild.Cache;
using SharpBuild.Cli.Arguments;
using SharpBuild.Cli.Help;
using SharpBuild.Image;
using SharpBuild.Runtime;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild import</c>.</summary>
internal sealed class ImportCommand : CliCommand
{
    private static readonly string[] Changeable = ["CMD", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "ONBUILD", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"];

    private readonly Option<string[]> change;
    private readonly Option<string[]> message;
    private readonly Option<string[]> platform;
    private readonly Argument<string[]> names;

    /// <summary>Declares it.</summary>
    public ImportCommand()
        : base("import", "[OPTIONS] ROOTFS.tar|- NAME[:TAG]", "Creates an image from a tar archive of a root file system, compressed or not.")
    {
        change = Value("--change", "-c", "INSTRUCTION", "Apply a Dockerfile instruction, such as 'CMD [\"bash\"]'; repeatable");
        message = Value("--message", "-m", "TEXT", "Comment for the image's history");
        platform = Value("--platform", "OS/ARCH", "Platform of the image (default: this machine's)");
        names = Positional("ROOTFS.tar", 2, 2);
    }

    /// <inheritdoc/>
    public override ImmutableArray<HelpExample> Examples =>
    [
        new("sharpbuild import -c 'CMD [\"bash\"]' debian.tar debian:bookworm", "a base image without a registry"),
        new("mmdebstrap --variant=minbase bookworm - | sharpbuild import - debian:bookworm", "the same from a pipe"),
    ];

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        var (source, text) = (arguments.Values(names)[0], arguments.Values(names)[1]);
        var name = ImageReference.Parse(text);
        var target = PlatformText.TryRead(arguments.Last(platform)) ?? Platform.Host;
        var changes = arguments.All(change);
        foreach (var instruction in changes)
        {
            Check(instruction);
        }

        using var signals = new SignalCancellation();
        await using var store = host.OpenStore(arguments);
        var options = new RootFileSystemOptions
        {
            Platform = target,
            Message = arguments.Last(message) ?? $"imported from {source}",
            Notice = notice => host.Complain($"sharpbuild import: {notice}\n"),
        };
        await using var tar = Open(source, signals.Token);
        var image = await new RootFileSystemImporter(store).ImportAsync(tar, options, signals.Token);
        store.Images.Tag(name, image);
        var id = changes.Count == 0 ? image.ConfigDigest : await ApplyAsync(store, name, image, changes, arguments, host, signals.Token);
        host.Print($"{id}\n");
        store.Flush(); // what was fetched or given by hand is not to be lost with the power
        return ExitCodes.Success;
    }

    private static Stream Open(string source, CancellationToken cancellationToken)
    {
        if (source == "-")
        {
            return CommandHost.StandardInputIsTerminal
                ? throw new UsageException("standard input is a terminal; name a file, or pipe a tar into the command")
                : HostFile.OpenStandardInput(cancellationToken);
        }

        return File.Exists(source) ? HostFile.OpenInput(source, cancellationToken)
            : throw new UsageException($"there is no file '{source}'");
    }

    private static void Check(string instruction)
    {
        var keyword = instruction.TrimStart().Split((char[]?)null, 2)[0].ToUpperInvariant();
        if (!Changeable.Contains(keyword) || instruction.Contains('\n'))
        {
            throw new UsageException($"--change '{instruction}': {keyword} cannot be applied; use one of {string.Join(", ", Changeable)}");
        }
    }

    // The instructions mean what they mean in a Dockerfile, so that is what they are put into.
    private static async Task<Digest> ApplyAsync(
        Store store, ImageReference name, ImageRecord image, IReadOnlyList<string> changes, ParsedArguments arguments, CommandHost host, CancellationToken cancellationToken)
    {
        using var empty = store.CreateTemporaryDirectory();
        using var registry = host.CreateRegistryClient(arguments);
        var options = new BuildOptions
        {
            Context = empty.Path,
            FileText = $"FROM {name}\n{string.Join('\n', changes)}\n",
            Tags = [name],
            Platform = image.Platform,
        };
        var result = await ImageBuilder.BuildAsync(options, new BuilderServices(store, registry, host.Clock), Channel.CreateUnbounded<BuildEvent>().Writer, cancellationToken);

        // Without its name the image below would stay in every list.
        if (result.ConfigDigest != image.ConfigDigest)
        {
            store.Images.Remove(image.ConfigDigest);
        }

        return result.ConfigDigest;
    }
}
