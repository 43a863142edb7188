using System.Collections.Immutable;
using System.CommandLine;
using SharpBuild.Cache;
using SharpBuild.Cli.Arguments;
using SharpBuild.Cli.Help;
using SharpBuild.Runtime;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild load</c>.</summary>
internal sealed class LoadCommand : CliCommand
{
    private readonly Option<string[]> input;
    private readonly Option<string[]> platform;
    private readonly Option<string[]> quiet;

    /// <summary>Declares it.</summary>
    public LoadCommand()
        : base("load", "[OPTIONS]", "Loads images from an archive: one from docker save, podman save or skopeo, or an OCI layout in a tar, compressed or not.")
    {
        input = Value("--input", "-i", "PATH", "Read this file instead of standard input");
        platform = Value("--platform", "OS/ARCH", "Platform to load of multi-platform images (default: all)");
        quiet = Flag("--quiet", "Print only names", "-q");
    }

    /// <inheritdoc/>
    public override ImmutableArray<HelpExample> Examples =>
    [
        new("sharpbuild load -i image.tar", "load what docker save or sharpbuild save wrote"),
        new("docker save app | sharpbuild load", "without a file"),
    ];

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        var path = arguments.Last(input);
        if (path is not null && !File.Exists(path))
        {
            throw new UsageException($"there is no file '{path}'");
        }

        if (path is null && CommandHost.StandardInputIsTerminal)
        {
            throw new UsageException("standard input is a terminal; use -i PATH, or pipe an archive into the command");
        }

        var wanted = PlatformText.TryRead(arguments.Last(platform));
        using var signals = new SignalCancellation();
        await using var store = host.OpenStore(arguments);
        var stream = path is null ? HostFile.OpenStandardInput(signals.Token) : HostFile.OpenInput(path, signals.Token);
        foreach (var image in await new ImageArchiver(store).LoadAsync(stream, wanted, progress: null, signals.Token))
        {
            var prefix = arguments.Has(quiet) ? "" : image.Names.IsEmpty ? "Loaded image ID: " : "Loaded image: ";
            ImmutableArray<string> names = image.Names.IsEmpty ? [image.Image.Id.ToString()] : [.. image.Names.Select(n => n.FamiliarName)];
            foreach (var name in names)
            {
                host.Print($"{prefix}{name}\n");
            }
        }

        store.Flush(); // what was fetched or given by hand is not to be lost with the power
        return ExitCodes.Success;
    }
}
