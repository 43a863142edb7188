using System.Collections.Immutable;
using SharpBuild.Image;
using SharpBuild.Runtime;

namespace SharpBuild.Engine;

/// <summary>A container as <c>docker run</c> would be asked for it.</summary>
public sealed record ContainerRequest
{
    /// <summary>The image: a name, or the start of an id.</summary>
    public required string Image { get; init; }

    /// <summary>The platform whose image is run; null for this machine's, or what there is.</summary>
    public Platform? Platform { get; init; }

    /// <summary>The command; empty for the image's.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>The entrypoint instead of the image's; empty for none; null for the image's.</summary>
    public string? Entrypoint { get; init; }

    /// <summary>The container's name; null for one that is made up.</summary>
    public string? Name { get; init; }

    /// <summary>Variables in addition to the image's; a null value takes one away.</summary>
    public ImmutableArray<(string Name, string? Value)> Environment { get; init; } = [];

    /// <summary>The working directory; null for the image's.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The user; null for the image's.</summary>
    public string? User { get; init; }

    /// <summary>The host name; null for the usual one: the host's on its network, else the container's short id.</summary>
    public string? Hostname { get; init; }

    /// <summary>The network.</summary>
    public SandboxNetwork Network { get; init; }

    /// <summary>Additional lines of <c>/etc/hosts</c>.</summary>
    public ImmutableArray<(string Host, string Address)> ExtraHosts { get; init; } = [];

    /// <summary>What is mounted in addition to the image's volumes.</summary>
    public ImmutableArray<ContainerMount> Mounts { get; init; } = [];

    /// <summary>The size of <c>/dev/shm</c> in bytes; null for Docker's 64 MiB.</summary>
    public long? ShmSize { get; init; }

    /// <summary>Resource limits of each process.</summary>
    public ImmutableArray<Ulimit> Ulimits { get; init; } = [];

    /// <summary>Whether the root is mounted read-only.</summary>
    public bool ReadOnlyRoot { get; init; }

    /// <summary>Whether standard input is handed through.</summary>
    public bool Interactive { get; init; }

    /// <summary>Whether the container gets a terminal.</summary>
    public bool Terminal { get; init; }

    /// <summary>Whether the container and its anonymous volumes are removed when it ends.</summary>
    public bool RemoveAtEnd { get; init; }
}
