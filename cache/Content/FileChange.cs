namespace SharpBuild.Cache.Content;

/// <summary>A file that is not as it was.</summary>
/// <param name="Path">The file, from the root of its source.</param>
/// <param name="Kind">What about it changed.</param>
/// <param name="Before">The mode or owner that it had.</param>
/// <param name="After">The mode or owner that it has.</param>
public readonly record struct FileChange(string Path, FileChangeKind Kind, string? Before, string? After);

/// <summary>What about a file changed.</summary>
public enum FileChangeKind
{
    /// <summary>It was not there.</summary>
    Added,

    /// <summary>It is not there any more.</summary>
    Removed,

    /// <summary>Its bytes, its attributes, or where it leads.</summary>
    Content,

    /// <summary>Its permissions, or its kind.</summary>
    Mode,

    /// <summary>Who owns it.</summary>
    Owner,
}
