using System.CommandLine;
using SharpBuild.Cli.Rendering;
using SharpBuild.Engine;
using SharpBuild.Image;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild rmi</c>.</summary>
internal sealed class RemoveImageCommand : CliCommand
{
    private readonly Option<string[]> force;
    private readonly Argument<string[]> names;

    /// <summary>Declares it.</summary>
    public RemoveImageCommand()
        : base("rmi", "[OPTIONS] IMAGE [IMAGE…]", "Removes names from images; an image that loses its last name is removed.")
    {
        force = Flag("--force", "Remove the image even if it has more names or a container uses it", "-f");
        names = Positional("IMAGE", 1, 1000);
    }

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> NotBuilt => ["--no-prune", "--platform"];

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        await using var store = host.OpenStore(arguments);
        var remover = new ImageRemover(store);
        var code = ExitCodes.Success;
        foreach (var name in arguments.Values(names))
        {
            try
            {
                Remove(remover, name, arguments.Has(force), host);
            }
            catch (Exception refused) when (refused is ImageException or EngineException)
            {
                // As docker: the others still go.
                FailureText.Write(host.Error, Failures.Report(refused));
                code = ExitCodes.Failure;
            }
        }

        return code;
    }

    private static void Remove(ImageRemover remover, string name, bool force, CommandHost host)
    {
        var (untagged, deleted) = remover.Remove(name, force);
        foreach (var gone in untagged)
        {
            host.Print($"Untagged: {gone}\n");
        }

        if (deleted is { } digest)
        {
            host.Print($"Deleted: {digest}\n");
        }
    }
}
