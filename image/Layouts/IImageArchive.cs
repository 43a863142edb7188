using System.Collections.Immutable;

namespace SharpBuild.Image.Layouts;

/// <summary>Images in a file or directory. Blobs can be opened from several threads at once, until it is disposed.</summary>
public interface IImageArchive : IBlobSource, IDisposable
{
    /// <summary>Reads what images there are: one for each name and platform, or for each manifest without a name.</summary>
    /// <param name="platform">Only images for it; null for all whose parts are there.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ImageException">The archive is damaged, or has no image for the platform.</exception>
    ImmutableArray<ArchivedImage> ReadImages(Platform? platform, CancellationToken cancellationToken);
}
