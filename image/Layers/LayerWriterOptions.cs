namespace SharpBuild.Image.Layers;

/// <summary>How a layer directory becomes a tar.</summary>
public sealed record LayerWriterOptions
{
    /// <summary>As BuildKit writes layers: times as they are, in whole seconds.</summary>
    public static readonly LayerWriterOptions Default = new();

    /// <summary>No modification time is later than this (<c>rewrite-timestamp</c> with SOURCE_DATE_EPOCH); null leaves times alone.</summary>
    public DateTimeOffset? LatestTime { get; init; }

    /// <summary>The modification time of every entry (a tar of the whole image with SOURCE_DATE_EPOCH); null leaves times alone.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Whether overlayfs left its marks in <c>user.overlay.*</c>, as in a user namespace, instead of <c>trusted.overlay.*</c>.</summary>
    public bool UserXattr { get; init; }
}
