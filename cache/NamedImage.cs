using SharpBuild.Image;

namespace SharpBuild.Cache;

/// <summary>An entry of the image list.</summary>
/// <param name="Name">The name; null for an image that has none (any more).</param>
/// <param name="Image">The image, or the index of images.</param>
public sealed record NamedImage(ImageReference? Name, StoredImage Image);
