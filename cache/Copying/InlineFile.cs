namespace SharpBuild.Cache.Copying;

/// <summary>A file whose content does not come from a tree: a heredoc, a download.</summary>
/// <param name="Name">The name that it takes inside a destination directory.</param>
/// <param name="Content">Opens the content from its start.</param>
public sealed record InlineFile(string Name, Func<Stream> Content)
{
    /// <summary>The permission bits, when no <c>--chmod</c> says otherwise: 0644 for a heredoc, 0600 for a download.</summary>
    public int Mode { get; init; } = 0b110_100_100;

    /// <summary>The modification time; null for now.</summary>
    public DateTimeOffset? Modified { get; init; }
}
