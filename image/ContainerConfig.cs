using System.Collections.Immutable;

namespace SharpBuild.Image;

/// <summary>What a container of an image runs with by default.</summary>
public sealed record ContainerConfig
{
    /// <summary>An empty config.</summary>
    public static readonly ContainerConfig Empty = new();

    /// <summary>The user, as USER gave it.</summary>
    public string User { get; init; } = "";

    /// <summary>The ports to expose, such as <c>80/tcp</c>.</summary>
    public ImmutableSortedSet<string> ExposedPorts { get; init; } = Sorted.NoStrings;

    /// <summary>The environment, <c>NAME=value</c> each.</summary>
    public ImmutableArray<string> Env { get; init; } = [];

    /// <summary>The entrypoint, null when not set.</summary>
    public ImmutableArray<string>? Entrypoint { get; init; }

    /// <summary>The command or the entrypoint's arguments, null when not set.</summary>
    public ImmutableArray<string>? Cmd { get; init; }

    /// <summary>The paths that are volumes.</summary>
    public ImmutableSortedSet<string> Volumes { get; init; } = Sorted.NoStrings;

    /// <summary>The working directory, empty means <c>/</c>.</summary>
    public string WorkingDir { get; init; } = "";

    /// <summary>The labels.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = Sorted.NoPairs;

    /// <summary>The signal that stops a container, empty for the default.</summary>
    public string StopSignal { get; init; } = "";

    /// <summary>Seconds to wait before the kill, null for the default.</summary>
    public int? StopTimeout { get; init; }

    /// <summary>Windows: the command line is one escaped string.</summary>
    public bool ArgsEscaped { get; init; }

    /// <summary>How health is tested, null when not set.</summary>
    public Healthcheck? Healthcheck { get; init; }

    /// <summary>The triggers that run in a build on top of the image.</summary>
    public ImmutableArray<string> OnBuild { get; init; } = [];

    /// <summary>The shell of shell-form instructions, null for the default.</summary>
    public ImmutableArray<string>? Shell { get; init; }

    /// <summary>Members that this version does not know; written back as they were.</summary>
    public UnknownMembers Unknown { get; init; } = UnknownMembers.None;
}
