using System.Collections.Immutable;
using SharpBuild.Cache;
using SharpBuild.Image;

namespace SharpBuild.Engine;

/// <summary>A container as its state file describes it.</summary>
public sealed record Container
{
    /// <summary>64 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>Its name, unique in the store.</summary>
    public required string Name { get; init; }

    /// <summary>The image as the user named it.</summary>
    public required string Image { get; init; }

    /// <summary>The image's id.</summary>
    public required Digest ImageId { get; init; }

    /// <summary>The image's layers, bottom first: they are in use as long as the container exists.</summary>
    public required ImmutableArray<LayerId> ImageLayers { get; init; }

    /// <summary>What runs, or ran.</summary>
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>How far it is.</summary>
    public ContainerStatus Status { get; init; }

    /// <summary>The first process, while it runs.</summary>
    public int? ProcessId { get; init; }

    /// <summary>The exit code, once it has ended.</summary>
    public int? ExitCode { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Finished { get; init; }

    /// <summary>What it wrote, kept as a layer once it has ended.</summary>
    public LayerId? Layer { get; init; }

    /// <summary>Its anonymous volumes.</summary>
    public ImmutableArray<string> AnonymousVolumes { get; init; } = [];

    /// <summary>The first 12 digits of the id.</summary>
    public string ShortId => Id[..12];
}

/// <summary>How far a container is.</summary>
public enum ContainerStatus
{
    /// <summary>It was made and has not run.</summary>
    Created,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It has ended.</summary>
    Exited,

    /// <summary>The process that watched over it was killed: what it wrote is lost.</summary>
    Dead,
}
