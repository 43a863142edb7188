using System.Collections.Immutable;
using SharpBuild.Image.Registry;

namespace SharpBuild.Image.Layouts;

/// <summary>An image to be written into a layout or archive.</summary>
/// <param name="Manifest">Its manifest or index.</param>
/// <param name="Names">The names to write beside it.</param>
/// <param name="Blobs">Where its blobs are read, manifests of an index included.</param>
public sealed record ImageToSave(ResolvedManifest Manifest, ImmutableArray<ImageReference> Names, IBlobSource Blobs)
{
    /// <summary>Annotations of its entry in the layout's index, such as the time of its creation.</summary>
    public ImmutableSortedDictionary<string, string> Annotations { get; init; } = Sorted.NoPairs;
}
