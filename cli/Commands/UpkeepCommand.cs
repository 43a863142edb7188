using SharpBuild.Cache;
using SharpBuild.Cli.Configuration;
using SharpBuild.Engine;

namespace SharpBuild.Cli.Commands;

/// <summary>What a command starts in the background when it is done; see <see cref="StoreUpkeep"/>. Hidden, no contract.</summary>
internal sealed class UpkeepCommand : CliCommand
{
    /// <summary>Its name.</summary>
    public const string Verb = "__upkeep";

    /// <summary>The variable that, set to <c>off</c>, keeps commands from starting it.</summary>
    public const string Variable = "SHARPBUILD_UPKEEP";

    /// <summary>Declares it.</summary>
    public UpkeepCommand()
        : base(Verb, "", "Puts the store on the disk and collects what is old or too much.")
    {
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        using var signals = new SignalCancellation();
        await using var store = host.OpenStoreToCollect(arguments);
        var upkeep = new StoreUpkeep(store, () => new ContainerStore(store).HeldLayers());
        await upkeep.RunAsync(GcConfiguration.Read(host.Lookup), signals.Token);
        return ExitCodes.Success;
    }
}
