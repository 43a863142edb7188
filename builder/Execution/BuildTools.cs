using System.Globalization;
using SharpBuild.Builder.Devices;
using SharpBuild.Builder.Fetching;
using SharpBuild.Builder.Planning;
using SharpBuild.Cache;

namespace SharpBuild.Builder.Execution;

/// <summary>What all graphs of one build share.</summary>
internal sealed class BuildTools : IDisposable
{
    /// <summary>Prepares for a build; asks nobody for anything yet.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="services">What it works with.</param>
    /// <param name="events">Who hears of it.</param>
    public BuildTools(BuildOptions options, BuilderServices services, EventWriter events)
    {
        (Options, Services, Events) = (options, services, events);
        var puller = new ImagePuller(services.Store, services.Registry);
        Images = new BaseImages(puller, options.Pull);
        Agents = new SshAgents(options.Agents);
        Remote = new RemoteFiles(options, services, Agents);
        Devices = new(() => DeviceRegistry.Load(options.DeviceDirectories.IsEmpty ? DeviceRegistry.UsualDirectories : options.DeviceDirectories));
    }

    /// <summary>What was asked for; once the context is there, with its time where nothing else gives one (<see cref="TakeTime"/>).</summary>
    public BuildOptions Options { get; private set; }

    /// <summary>What it works with.</summary>
    public BuilderServices Services { get; }

    /// <summary>Who hears of it.</summary>
    public EventWriter Events { get; }

    /// <summary>The images that are named.</summary>
    public BaseImages Images { get; }

    /// <summary>The SSH agents.</summary>
    public SshAgents Agents { get; }

    /// <summary>What comes from outside.</summary>
    public RemoteFiles Remote { get; }

    /// <summary>The devices of this machine, read when a step asks for one.</summary>
    public Lazy<DeviceRegistry> Devices { get; }

    /// <summary>Compares two runs of each step; null when nobody asked for that.</summary>
    public ReproductionCheck? Check { get; private set; }

    /// <summary>Takes the time that <c>SOURCE_DATE_EPOCH</c> leads to, which is what the build sees of it from now on.</summary>
    /// <param name="seconds">Seconds since 1970; null where it leads to none.</param>
    public void TakeEpoch(long? seconds)
    {
        var arguments = Options.BuildArguments;
        Options = Options with
        {
            SourceDateEpoch = seconds,
            IsEpochResolved = true,
            BuildArguments = seconds is { } time ? arguments.SetItem(EpochSource.Name, time.ToString(CultureInfo.InvariantCulture)) : arguments.Remove(EpochSource.Name),
        };
    }

    /// <summary>Ends the preparation: a reproducible build without an epoch gets that of its context, or 1970.</summary>
    /// <param name="commit">When the context's commit was made; null when it has none.</param>
    public void TakeTime(long? commit)
    {
        Options = Options is { IsReproducible: true, SourceDateEpoch: null } ? Options with { SourceDateEpoch = commit ?? 0 } : Options;
        Check = Options.VerifiesReproducibility ? new ReproductionCheck(Services.Store, Options.SourceDateEpoch) : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Remote.Dispose();
        Agents.Dispose();
        Images.Dispose();
    }
}
