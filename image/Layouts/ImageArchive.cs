namespace SharpBuild.Image.Layouts;

/// <summary>Opens whatever holds images: an OCI layout as a directory or a tar, or what <c>docker save</c> of any version wrote.</summary>
public static class ImageArchive
{
    /// <summary>Opens a tar, plain or compressed.</summary>
    /// <param name="input">The archive from its start. Is disposed with the result, or when this fails.</param>
    /// <param name="spoolPath">Where a copy is made when the input is no plain file; must not exist, and is gone when the result is disposed.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ImageException">It is no image archive.</exception>
    public static async Task<IImageArchive> OpenAsync(Stream input, string spoolPath, CancellationToken cancellationToken)
    {
        var spooled = await SpooledInput.OpenAsync(input, spoolPath, cancellationToken);
        try
        {
            return Choose(new TarFiles(spooled.Handle, "the archive", spooled, cancellationToken));
        }
        catch
        {
            spooled.Dispose();
            throw;
        }
    }

    /// <summary>Opens a directory.</summary>
    /// <exception cref="ImageException">It is no layout.</exception>
    public static IImageArchive OpenDirectory(string directory)
    {
        var files = new DirectoryFiles(directory);
        try
        {
            return Choose(files);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    // The index comes first: it names the manifest, so that the image keeps its digest; manifest.json only the parts.
    private static IImageArchive Choose(ArchiveFiles files) =>
        files.Contains(LayoutNames.Marker) && files.Contains(LayoutNames.Index) ? new OciLayoutReader(files)
        : files.Contains(LayoutNames.ArchiveManifest) ? new DockerArchiveReader(files)
        : throw NoImages(files);

    private static ImageException NoImages(ArchiveFiles files)
    {
        var message = files.Contains(LayoutNames.Repositories)
            ? $"{files.Name} was saved by a Docker older than 1.10"
            : $"{files.Name} holds no images: it has neither '{LayoutNames.Index}' nor '{LayoutNames.ArchiveManifest}'";
        return new(ImageErrorCodes.InvalidArchive, message)
        {
            Hint = "give it what 'docker save', 'podman save' or an output of type oci or docker wrote; a plain file tree is not an image",
        };
    }
}
