using System.Collections.Immutable;

namespace SharpBuild.Image.Layouts;

/// <summary>An image that goes into a layout or archive.</summary>
/// <param name="Descriptor">Its manifest, or the index of its manifests; annotations and platform of it are written into the index.</param>
/// <param name="Names">The names that it has there.</param>
public sealed record LayoutImage(Descriptor Descriptor, ImmutableArray<ImageReference> Names);
