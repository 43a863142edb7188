namespace SharpBuild.Image.Layouts;

/// <summary>Opens images in files and directories, whatever their form.</summary>
public static class ImageArchives
{
    /// <summary>Opens an OCI layout (a directory or a tar) or what <c>docker save</c> or <c>podman save</c> wrote, old or new; a tar may be compressed.</summary>
    /// <exception cref="ImageException">It is none of these.</exception>
    public static async Task<IImageArchive> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var files = ArchiveFiles.Open(path, cancellationToken);
        try
        {
            // Newer Dockers write both forms; the layout has the digests.
            if (files.Has("index.json"))
            {
                return await OciLayoutReader.OpenAsync(files, cancellationToken);
            }

            if (files.Has("manifest.json"))
            {
                return await DockerArchiveReader.OpenAsync(files, cancellationToken);
            }
        }
        catch
        {
            files.Dispose();
            throw;
        }

        files.Dispose();
        throw new ImageException(ImageErrorCodes.InvalidArchive, $"'{path}' is neither an OCI layout nor an archive of docker save: it has no index.json and no manifest.json")
        {
            Subject = path,
            Hint = "make one with: docker save -o FILE IMAGE",
        };
    }
}
