using System.CommandLine;
using System.Text.Json;
using SharpBuild.Cache;
using SharpBuild.Cli.Arguments;
using SharpBuild.Cli.Listing;
using SharpBuild.Engine;
using SharpBuild.Image;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild inspect</c>.</summary>
internal sealed class InspectCommand : CliCommand
{
    private readonly Option<string[]> type;
    private readonly Option<string[]> platform;
    private readonly Argument<string[]> names;

    /// <summary>Declares it.</summary>
    public InspectCommand()
        : base("inspect", "[OPTIONS] NAME [NAME…]", "Prints details of containers and images as JSON.")
    {
        type = Value("--type", "TYPE", "image or container (default: containers first, then images)");
        platform = Value("--platform", "OS/ARCH", "The platform to print of a multi-platform image (default: this machine's)");
        names = Positional("NAME", 1, 1000);
    }

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> NotBuilt => ["--format", "-f", "--size", "-s"];

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        var kind = arguments.Last(type);
        if (kind is not (null or "image" or "container"))
        {
            throw new UsageException($"--type: unknown type '{kind}'; use image or container");
        }

        var wanted = PlatformText.TryRead(arguments.Last(platform));
        await using var store = host.OpenStore(arguments);
        var found = arguments.Values(names).Select(name => Find(store, name, wanted is null ? kind : "image", wanted)).ToList();
        JsonLines.Write(host.Output, indented: true, json =>
        {
            json.WriteStartArray();
            found.ForEach(write => write(json));
            json.WriteEndArray();
        });
        return ExitCodes.Success;
    }

    // All are found before anything is printed: half a JSON document helps nobody.
    private static Action<Utf8JsonWriter> Find(Store store, string name, string? kind, Platform? platform)
    {
        if (kind != "image")
        {
            try
            {
                var container = new ContainerStore(store).Get(name);
                return json => InspectedContainer.Write(json, container);
            }
            catch (EngineException) when (kind is null)
            {
                // An image, then.
            }
        }

        var image = StoredImages.Get(store, name);
        return json => InspectedImage.Write(json, store, platform is null ? image : StoredImage.Of(image.Require(platform, name)));
    }
}
