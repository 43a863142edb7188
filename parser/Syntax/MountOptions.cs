namespace SharpBuild.Parser.Syntax;

/// <summary>The options of one <c>RUN --mount</c>, checked; null stands for "not given" where that differs from a default.</summary>
public sealed partial record MountOptions
{
    /// <summary>The kind; <c>bind</c> when not given.</summary>
    public MountKind Kind { get; init; }

    /// <summary>Where it appears in the container; a relative path counts from WORKDIR. Null means WORKDIR itself, or the usual place of secrets and agents.</summary>
    public string? Target { get; init; }

    /// <summary>The path inside <see cref="From"/>, <c>/</c> when not given.</summary>
    public string Source { get; init; } = "/";

    /// <summary>The stage, image or named context; null is the build context (bind) or an empty directory (cache).</summary>
    public string? From { get; init; }

    /// <summary>Whether writes fail.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>The id of a cache, secret or agent; set for caches and secrets.</summary>
    public string? Id { get; init; }

    /// <summary>How a cache is shared.</summary>
    public CacheSharing Sharing { get; init; }

    /// <summary>Whether a missing secret or agent fails the build.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The variable that a secret is put in.</summary>
    public string? EnvironmentVariable { get; init; }

    /// <summary>The size of a tmpfs in bytes; 0 is the kernel's default.</summary>
    public long Size { get; init; }

    /// <summary>The permission bits of a cache directory, secret file or socket.</summary>
    public int? Mode { get; init; }

    /// <summary>The owner's id.</summary>
    public uint? Uid { get; init; }

    /// <summary>The group's id.</summary>
    public uint? Gid { get; init; }
}

/// <summary>The kinds of <c>RUN --mount</c>.</summary>
public enum MountKind
{
    /// <summary>Files of the context, a stage or an image; writes are thrown away.</summary>
    Bind,

    /// <summary>A directory that outlives the build.</summary>
    Cache,

    /// <summary>Memory that vanishes with the step.</summary>
    Tmpfs,

    /// <summary>A secret, as a file or a variable.</summary>
    Secret,

    /// <summary>The socket of an SSH agent.</summary>
    Ssh,
}

/// <summary>How concurrent steps share a cache mount.</summary>
public enum CacheSharing
{
    /// <summary>All at once.</summary>
    Shared,

    /// <summary>Each its own directory.</summary>
    Private,

    /// <summary>One after the other.</summary>
    Locked,
}
