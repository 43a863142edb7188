using System.Collections.Immutable;
using SharpBuild.Image;

namespace SharpBuild.Cache;

/// <summary>An image of the store that came from an archive or goes into one.</summary>
/// <param name="Image">The image, or the index of images.</param>
/// <param name="Names">Its names in the archive; none when it is known there by its id only.</param>
public sealed record LoadedImage(StoredImage Image, ImmutableArray<ImageReference> Names);
