using System.Collections.Immutable;

namespace SharpBuild.Image.Layouts;

/// <summary>Images in a file or directory. Blobs can be opened from several threads at once, until it is disposed.</summary>
public interface IImageArchive : IBlobSource, IDisposable
{
    /// <summary>Reads what images there are: one for each name, or for each manifest without a name.</summary>
    /// <param name="platform">Only images for it. Null: the host's where there is a choice, else whatever there is.</param>
    /// <exception cref="ImageException">The archive is damaged, or has no image for the platform.</exception>
    ImmutableArray<ArchivedImage> ReadImages(Platform? platform);
}
