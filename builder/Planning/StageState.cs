using System.Collections.Immutable;
using SharpBuild.Image;

namespace SharpBuild.Builder.Planning;

/// <summary>What a stage is after some of its instructions: the files, the config, the variables. Immutable, so that a child stage can start from it.</summary>
internal sealed record StageState
{
    /// <summary>The default search path that an image without one gets.</summary>
    public const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The step whose result is the stage's root so far.</summary>
    public required Step Root { get; init; }

    /// <summary>The image config so far, but for <see cref="Environment"/> and <see cref="History"/>.</summary>
    public required ImageConfig Image { get; init; }

    /// <summary>The config's environment so far: that of the base image, and ENV.</summary>
    public Variables Environment { get; init; } = Variables.Empty;

    /// <summary>The history above that of the base image.</summary>
    public ImmutableList<HistoryEntry> History { get; init; } = [];

    /// <summary>The config of the base image, untouched; null above <c>scratch</c>.</summary>
    public ImageConfig? BaseImage { get; init; }

    /// <summary>Whether the base image is not known (yet), so that its environment and working directory are not, either.</summary>
    public bool IsBaseUnknown { get; init; }

    /// <summary>The steps that made the layers above the base image.</summary>
    public ImmutableList<Step> Layers { get; init; } = [];

    /// <summary>ENV and ARG together, as RUN and expansion see them.</summary>
    public Variables Variables { get; init; } = Variables.Empty;

    /// <summary>The names that ARG declared, in order; a name may stand twice.</summary>
    public ImmutableList<(string Name, string? Value)> Arguments { get; init; } = [];

    /// <summary>The platform that the stage is built for.</summary>
    public required Platform Platform { get; init; }

    /// <summary>The config's container part.</summary>
    public ContainerConfig Config => Image.Config;

    /// <summary>The working directory, absolute.</summary>
    public string WorkingDirectory => ContainerPaths.Resolve("/", Config.WorkingDir ?? "");

    /// <summary>The image config with all that belongs to it.</summary>
    public ImageConfig Complete() => Image with
    {
        Config = Config with { Env = Environment.ToEnvironment() },
        History = [.. Image.History, .. History],
    };

    /// <summary>The same with a variable of the image's environment set.</summary>
    public StageState WithEnvironment(string name, string value) =>
        this with { Environment = Environment.Set(name, value), Variables = Variables.Set(name, value) };

    /// <summary>The same with a changed container config.</summary>
    public StageState WithConfig(Func<ContainerConfig, ContainerConfig> change) =>
        this with { Image = Image with { Config = change(Image.Config) } };

    /// <summary>The same with a history entry that has no layer.</summary>
    public StageState WithHistory(string createdBy) => WithHistory(createdBy, isEmptyLayer: true);

    /// <summary>The same with a new root made by <paramref name="step"/>, and its history entry.</summary>
    public StageState WithLayer(Step step, string createdBy) =>
        (this with { Root = step, Layers = Layers.Add(step) }).WithHistory(createdBy, isEmptyLayer: false);

    private StageState WithHistory(string createdBy, bool isEmptyLayer)
    {
        var entry = new HistoryEntry(Created: null, createdBy, "buildkit.dockerfile.v0", Author: null, isEmptyLayer);
        return this with { History = History.Add(entry) };
    }
}
