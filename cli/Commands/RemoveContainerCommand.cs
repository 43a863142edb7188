using System.CommandLine;
using SharpBuild.Cli.Rendering;
using SharpBuild.Engine;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild rm</c>.</summary>
internal sealed class RemoveContainerCommand : CliCommand
{
    private readonly Option<string[]> force;
    private readonly Option<string[]> volumes;
    private readonly Argument<string[]> names;

    /// <summary>Declares it.</summary>
    public RemoveContainerCommand()
        : base("rm", "[OPTIONS] CONTAINER [CONTAINER…]", "Removes containers and their files.")
    {
        force = Flag("--force", "Kill running containers", "-f");
        volumes = Flag("--volumes", "Also remove anonymous volumes", "-v");
        names = Positional("CONTAINER", 1, 1000);
    }

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> NotBuilt => ["--link", "-l"];

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        await using var store = host.OpenStore(arguments);
        using var signals = new SignalCancellation();
        var containers = new ContainerStore(store);
        var code = ExitCodes.Success;
        foreach (var name in arguments.Values(names))
        {
            try
            {
                await RemoveAsync(containers, name, arguments, signals.Token);
                host.Print($"{name}\n");
            }
            catch (EngineException refused)
            {
                // As docker: the others still go.
                FailureText.Write(host.Error, Failures.Report(refused));
                code = ExitCodes.Failure;
            }
        }

        return code;
    }

    private async Task RemoveAsync(ContainerStore containers, string name, ParsedArguments arguments, CancellationToken cancellationToken)
    {
        var container = containers.Get(name);
        if (arguments.Has(force))
        {
            await containers.RemoveByForceAsync(container, arguments.Has(volumes), cancellationToken);
        }
        else
        {
            containers.Remove(container, arguments.Has(volumes));
        }
    }
}
