namespace SharpBuild.Image.Layers;

/// <summary>How ADD unpacks an archive.</summary>
public sealed record ArchiveExtractionOptions
{
    /// <summary>Owners as in the archive.</summary>
    public static readonly ArchiveExtractionOptions Default = new();

    /// <summary>The owner of everything, null to keep the archive's.</summary>
    public (uint Uid, uint Gid)? Owner { get; init; }

    /// <summary>Changes the permissions of everything, null to keep the archive's: given the bits and whether it is a directory.</summary>
    public Func<int, bool, int>? ChangeMode { get; init; }

    /// <summary>The largest sum of file sizes that is accepted.</summary>
    public long MaximumBytes { get; init; } = 1L << 40;

    /// <summary>Hears of what could not be kept.</summary>
    public Action<string>? Notice { get; init; }
}
