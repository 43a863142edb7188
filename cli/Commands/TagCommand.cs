using System.CommandLine;
using SharpBuild.Image;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild tag</c>.</summary>
internal sealed class TagCommand : CliCommand
{
    private readonly Argument<string[]> names;

    /// <summary>Declares it.</summary>
    public TagCommand()
        : base("tag", "IMAGE NAME[:TAG]", "Adds a name to an image.") => names = Positional("IMAGE", 2, 2);

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        var source = arguments.Values(names)[0];
        var target = ImageReference.Parse(arguments.Values(names)[1]);
        if (target.Digest is not null)
        {
            throw new UsageException($"'{arguments.Values(names)[1]}' has a digest; write NAME[:TAG] without one");
        }

        await using var store = host.OpenStore(arguments);
        store.Images.Tag(target, StoredImages.Get(store, source));
        return ExitCodes.Success;
    }
}
