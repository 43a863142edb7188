using System.Collections.Immutable;

namespace SharpBuild.Image.Layouts;

/// <summary>An image in an archive.</summary>
/// <param name="Names">The names that it was saved under, as written there; may be empty.</param>
/// <param name="Descriptor">Its manifest or index.</param>
public sealed record ArchivedImage(ImmutableArray<string> Names, Descriptor Descriptor);
