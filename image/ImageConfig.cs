using System.Collections.Immutable;

namespace SharpBuild.Image;

/// <summary>The config of an image: its platform, what its containers run, its layers by diff id, its history.</summary>
public sealed record ImageConfig
{
    /// <summary>When the image was made.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Who made it.</summary>
    public string? Author { get; init; }

    /// <summary>The processor.</summary>
    public required string Architecture { get; init; }

    /// <summary>The operating system.</summary>
    public required string Os { get; init; }

    /// <summary>The processor's variant.</summary>
    public string? Variant { get; init; }

    /// <summary>The version of the operating system (Windows).</summary>
    public string? OsVersion { get; init; }

    /// <summary>What containers run with.</summary>
    public ContainerConfig Config { get; init; } = ContainerConfig.Empty;

    /// <summary>The layers, bottom first.</summary>
    public RootFs RootFs { get; init; } = RootFs.Empty;

    /// <summary>The history, oldest first; entries that made a layer match <see cref="RootFs"/> in order.</summary>
    public ImmutableArray<HistoryEntry> History { get; init; } = [];

    /// <summary>Members that this version does not know; written back as they were.</summary>
    public UnknownMembers Unknown { get; init; } = UnknownMembers.None;

    /// <summary>The platform, in normal form.</summary>
    public Platform Platform => Platform.Normalize(Os, Architecture, Variant) with { OsVersion = OsVersion };

    internal string? CreatedText { get; init; }

    /// <summary>A config with no layers for <paramref name="platform"/>.</summary>
    public static ImageConfig ForPlatform(Platform platform) =>
        new() { Os = platform.Os, Architecture = platform.Architecture, Variant = platform.Variant, OsVersion = platform.OsVersion };
}

/// <summary>The layers of an image by the digests of their uncompressed tars.</summary>
/// <param name="DiffIds">Bottom first.</param>
public sealed record RootFs(ImmutableArray<Digest> DiffIds)
{
    /// <summary>No layers.</summary>
    public static readonly RootFs Empty = new([]);
}
