namespace SharpBuild.Cache.Content;

/// <summary>One thing that is copied: a source, or one match of a pattern.</summary>
/// <param name="SourceIndex">Which source it comes from.</param>
/// <param name="Name">The name that it takes inside a destination directory: that of the source as written, not of what a link leads to.</param>
/// <param name="Path">Where it is, relative to the root, free of links; empty for the root.</param>
/// <param name="Node">What it is.</param>
internal sealed record SourceMatch(int SourceIndex, string Name, string Path, SourceNode Node);
