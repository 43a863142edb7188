namespace SharpBuild.Image;

/// <summary>One line of an image's history.</summary>
/// <param name="Created">When it was made.</param>
/// <param name="CreatedBy">The instruction.</param>
/// <param name="Comment">A comment, BuildKit's is <c>buildkit.dockerfile.v0</c>.</param>
/// <param name="Author">Who made it.</param>
/// <param name="EmptyLayer">Whether the instruction made no layer.</param>
public sealed record HistoryEntry(DateTimeOffset? Created, string? CreatedBy = null, string? Comment = null, string? Author = null, bool EmptyLayer = false)
{
    // Go writes nanoseconds, DateTimeOffset keeps 100 of them: the text read is written back as long as Created still means it.
    internal string? CreatedText { get; init; }
}
