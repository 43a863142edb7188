using System.Collections.Immutable;
using SharpBuild.Image.Registry;

namespace SharpBuild.Image.Layouts;

/// <summary>Images in a file or directory, with their blobs.</summary>
public interface IImageArchive : IBlobSource, IDisposable
{
    /// <summary>The images, as listed.</summary>
    ImmutableArray<ArchivedImage> Images { get; }

    /// <summary>Reads a manifest or index by its descriptor, verified.</summary>
    /// <exception cref="ImageException">It is missing or damaged.</exception>
    Task<ResolvedManifest> ReadManifestAsync(Descriptor descriptor, CancellationToken cancellationToken);
}
