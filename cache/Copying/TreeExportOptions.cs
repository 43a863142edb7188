namespace SharpBuild.Cache.Copying;

/// <summary>How a merged tree is written to a directory of the host.</summary>
public sealed record TreeExportOptions
{
    /// <summary>Whether what the tree lacks is removed from the directory (<c>mode=delete</c>).</summary>
    public bool DeletesOthers { get; init; }

    /// <summary>The modification time of every file; null leaves times alone.</summary>
    public DateTimeOffset? Time { get; init; }
}
