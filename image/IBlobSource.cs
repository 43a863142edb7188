namespace SharpBuild.Image;

/// <summary>Where the blobs of an image can be read: a registry, a layout, an archive, a store.</summary>
public interface IBlobSource
{
    /// <summary>Opens a blob from its start. The stream verifies digest and size: reading to its end throws <see cref="ImageException"/> when they are not the announced ones. The caller disposes it.</summary>
    Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken);
}
