using System.Collections.Immutable;
using SharpBuild.Image;
using SharpBuild.Runtime;

namespace SharpBuild.Builder;

/// <summary>Everything that a caller can ask of a build; the names are those of <c>docker buildx build</c>'s options.</summary>
public sealed record BuildOptions
{
    private const string IndexArgument = "BUILDKIT_MULTI_PLATFORM";

    /// <summary>The build context: an absolute directory, the URL of a git repository, a tar or a Dockerfile, or <c>-</c> for standard input.</summary>
    public required string Context { get; init; }

    /// <summary>The Dockerfile: an absolute path, a URL of the web, or for a context that is no directory a path in it; null for <c>Dockerfile</c> in the context.</summary>
    public string? File { get; init; }

    /// <summary>The Dockerfile's text when it does not come from a file (<c>-f -</c>); wins over <see cref="File"/>.</summary>
    public string? FileText { get; init; }

    /// <summary>The stage to build; null for the last.</summary>
    public string? Target { get; init; }

    /// <summary>The names for the image.</summary>
    public ImmutableArray<ImageReference> Tags { get; init; } = [];

    /// <summary><c>--build-arg</c> values; a null value was taken from the environment by the caller and not found.</summary>
    public ImmutableDictionary<string, string> BuildArguments { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary><c>--label</c> values.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary><c>--build-context</c> values: name to directory, <c>docker-image://</c> reference, <c>oci-layout://</c> path, or URL of a git repository or a file.</summary>
    public ImmutableDictionary<string, string> BuildContexts { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The default <c>--network</c> of RUN: <c>default</c>, <c>host</c> or <c>none</c>.</summary>
    public string Network { get; init; } = "default";

    /// <summary><c>--add-host</c> values as host and address.</summary>
    public ImmutableArray<(string Host, string Address)> ExtraHosts { get; init; } = [];

    /// <summary>The size of <c>/dev/shm</c> of RUN in bytes; null for 64 MiB.</summary>
    public long? ShmSize { get; init; }

    /// <summary><c>--ulimit</c> values: limits of each process of RUN.</summary>
    public ImmutableArray<Ulimit> Ulimits { get; init; } = [];

    /// <summary>The cgroup below which those of RUN are made; null for the runtime's choice.</summary>
    public string? CgroupParent { get; init; }

    /// <summary>Limits of each RUN as a whole, no part of the cache key; null for none.</summary>
    public ResourceLimits? Resources { get; init; }

    /// <summary>Where the specifications of devices for <c>RUN --device</c> are; a later directory wins over an earlier one. Empty for the usual ones.</summary>
    public ImmutableArray<string> DeviceDirectories { get; init; } = [];

    /// <summary>What RUN may have besides the usual sandbox (<c>--allow</c>).</summary>
    public Entitlements Allowed { get; init; } = new();

    /// <summary>The platforms to build for, at least one; several make an index with an image for each.</summary>
    public ImmutableArray<Platform> Platforms { get; init; } = [Platform.Host];

    /// <summary>Whether the platforms were asked for: the image then says that it is for them, even when its last stage is on another one. Else it is for what that stage is on.</summary>
    public bool IsPlatformGiven { get; init; }

    /// <summary>The platform to build for; of several the first.</summary>
    public Platform Platform
    {
        get => Platforms[0];
        init => Platforms = [value];
    }

    /// <summary><c>--no-cache</c>: look nothing up.</summary>
    public bool NoCache { get; init; }

    /// <summary><c>--keep-cache-mounts</c>: steps that look nothing up still find what is in their cache mounts.</summary>
    public bool KeepCacheMounts { get; init; }

    /// <summary><c>--no-cache-filter</c>: stages that look nothing up.</summary>
    public ImmutableArray<string> NoCacheStages { get; init; } = [];

    /// <summary><c>--cache-from</c> values.</summary>
    public ImmutableArray<CacheOptions> CacheFrom { get; init; } = [];

    /// <summary><c>--cache-to</c> values.</summary>
    public ImmutableArray<CacheOptions> CacheTo { get; init; } = [];

    /// <summary><c>--pull</c>: ask the registry about every base image again.</summary>
    public bool Pull { get; init; }

    /// <summary><c>--secret</c> values by id.</summary>
    public ImmutableDictionary<string, SecretSource> Secrets { get; init; } = ImmutableDictionary<string, SecretSource>.Empty;

    /// <summary><c>--ssh</c> values by id: the agents that <c>RUN --mount=type=ssh</c> and git may ask.</summary>
    public ImmutableDictionary<string, AgentSource> Agents { get; init; } = ImmutableDictionary<string, AgentSource>.Empty;

    /// <summary><c>--annotation</c> values.</summary>
    public ImmutableArray<ImageAnnotation> Annotations { get; init; } = [];

    /// <summary><c>--output</c> values; none keeps the image in the local store only.</summary>
    public ImmutableArray<OutputOptions> Outputs { get; init; } = [];

    /// <summary>How many steps may work at once; 0 for the default of 32: BuildKit has no limit, and steps often wait for a network.</summary>
    public int Parallelism { get; init; }

    /// <summary>Whether nothing of the result may depend on when it is built: times are those of <see cref="SourceDateEpoch"/>, of the context's last commit, or 1970.</summary>
    public bool IsReproducible { get; init; }

    /// <summary>Whether each step is run twice, and the build fails where the two differ; makes sense with <see cref="IsReproducible"/> and <see cref="NoCache"/>.</summary>
    public bool VerifiesReproducibility { get; init; }

    /// <summary>Seconds since 1970 for every created time; null for now, and where the build argument <c>SOURCE_DATE_EPOCH</c> or its ARG says when.</summary>
    public long? SourceDateEpoch { get; init; }

    /// <summary>Whether <see cref="SourceDateEpoch"/> is what the build argument or its ARG led to, and the build argument its text: it is not to be looked for again.</summary>
    internal bool IsEpochResolved { get; init; }

    /// <summary>Whether the result is an index: for several platforms, or because <c>BUILDKIT_MULTI_PLATFORM</c> wants one.</summary>
    /// <exception cref="BuildException">That argument makes no sense.</exception>
    internal bool MakesIndex => BuildArguments.GetValueOrDefault(IndexArgument) switch
    {
        null or "" => Platforms.Length > 1,
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => Platforms.Length == 1 ? false
            : throw new BuildException("SB0115", $"{IndexArgument} forbids an index, which an image for {Platforms.Length} platforms is") { Hint = "leave it out, or build for one platform" },
        var other => throw new BuildException("SB0115", $"{IndexArgument} is '{other}', which is neither true nor false") { Hint = $"write {IndexArgument}=1" },
    };
}

/// <summary>Where the value of a secret comes from.</summary>
/// <param name="File">An absolute path, or null.</param>
/// <param name="Value">The value itself (of an environment variable), or null.</param>
public sealed record SecretSource(string? File, ReadOnlyMemory<byte>? Value);

/// <summary>An SSH agent that steps may ask for signatures.</summary>
/// <param name="Paths">Absolute: the socket of an agent, or the files of private keys without a passphrase.</param>
public sealed record AgentSource(ImmutableArray<string> Paths);

/// <summary>One <c>--output</c>.</summary>
/// <param name="Type"><c>image</c>, <c>registry</c>, <c>docker</c>, <c>oci</c>, <c>local</c> or <c>tar</c>.</param>
/// <param name="Destination">An absolute path; <c>-</c> is standard output; null where the type needs none.</param>
/// <param name="Attributes">The other <c>key=value</c> pairs as given; an unknown one is refused by the exporter.</param>
public sealed record OutputOptions(string Type, string? Destination, ImmutableSortedDictionary<string, string> Attributes);
