namespace SharpBuild.Image.Layouts;

/// <summary>Writes OCI image layouts.</summary>
public static class OciLayoutWriter
{
    /// <summary>Writes a layout as a tar; the same images give the same bytes. The destination stays open.</summary>
    /// <exception cref="ImageException">A blob cannot be read.</exception>
    public static async Task WriteTarAsync(IEnumerable<ImageToSave> images, Stream destination, CancellationToken cancellationToken)
    {
        var content = await SavedContent.CollectAsync(images, cancellationToken);
        await LayoutTar.WriteAsync(content, null, null, destination, cancellationToken);
    }

    /// <summary>Writes a layout into a directory, made when missing; blobs that are there stay, <c>index.json</c> is replaced last, so that a reader sees the old layout or the new one.</summary>
    /// <exception cref="ImageException">A blob cannot be read, or the directory not be written.</exception>
    public static async Task WriteDirectoryAsync(IEnumerable<ImageToSave> images, string directory, CancellationToken cancellationToken)
    {
        var content = await SavedContent.CollectAsync(images, cancellationToken);
        try
        {
            foreach (var (digest, (descriptor, source)) in content.Blobs)
            {
                var path = Path.Combine(directory, "blobs", digest.Algorithm, digest.Hex);
                if (!File.Exists(path) || new FileInfo(path).Length != descriptor.Size)
                {
                    await using var blob = await source.OpenAsync(descriptor, cancellationToken);
                    await WriteAsync(path, blob, cancellationToken);
                }
            }

            await WriteAsync(Path.Combine(directory, "oci-layout"), new MemoryStream(SavedContent.LayoutFile.ToArray()), cancellationToken);
            await WriteAsync(Path.Combine(directory, "index.json"), new MemoryStream(content.IndexFile), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ImageException(ImageErrorCodes.FileSystem, $"the layout '{directory}' cannot be written: {exception.Message}", exception) { Subject = directory };
        }
    }

    private static async Task WriteAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = path + ".part";
        await using (var file = File.Create(temporary))
        {
            await content.CopyToAsync(file, cancellationToken);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
