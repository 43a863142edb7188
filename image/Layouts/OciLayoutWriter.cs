using SharpBuild.Linux;

namespace SharpBuild.Image.Layouts;

/// <summary>Writes OCI image layouts.</summary>
public static class OciLayoutWriter
{
    /// <summary>Writes a layout as a tar, with the <c>manifest.json</c> that <c>docker load</c> wants; the same images give the same bytes.</summary>
    /// <param name="images">The images; their manifests are blobs of <paramref name="blobs"/>, too.</param>
    /// <param name="blobs">Where all blobs are read.</param>
    /// <param name="destination">Where to; stays open.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    public static async Task WriteTarAsync(IReadOnlyCollection<LayoutImage> images, IBlobSource blobs, Stream destination, CancellationToken cancellationToken)
    {
        var content = await LayoutContent.ReadAsync(images, blobs, cancellationToken);
        var sink = new TarLayoutSink(new(destination));
        await content.WriteBlobsAsync(sink, blobs, cancellationToken);
        sink.AddFile(LayoutNames.Index, ImageJson.Serialize(content.ToIndex()));
        DockerArchiveWriter.AddManifest(sink, content);
        sink.AddFile(LayoutNames.Marker, LayoutNames.MarkerContent);
        sink.Complete();
    }

    /// <summary>As the other; blobs that no image has any more stay.</summary>
    public static Task WriteDirectoryAsync(IReadOnlyCollection<LayoutImage> images, IBlobSource blobs, string directory, CancellationToken cancellationToken) =>
        WriteDirectoryAsync(images, blobs, directory, removesOthers: false, cancellationToken);

    /// <summary>Writes a layout into a directory, which is made when missing. In a layout that is there already, images of the same names are replaced and others stay; at any moment it is a valid layout.</summary>
    /// <param name="images">The images; their manifests are blobs of <paramref name="blobs"/>, too.</param>
    /// <param name="blobs">Where all blobs are read.</param>
    /// <param name="directory">An absolute path.</param>
    /// <param name="removesOthers">Whether blobs go that no image of the layout has any more.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    /// <exception cref="ImageException">It cannot be written, or holds something else.</exception>
    public static async Task WriteDirectoryAsync(IReadOnlyCollection<LayoutImage> images, IBlobSource blobs, string directory, bool removesOthers, CancellationToken cancellationToken)
    {
        var content = await LayoutContent.ReadAsync(images, blobs, cancellationToken);
        try
        {
            // Blobs, too: whoever cleans up takes those that no index names yet for nobody's.
            var sink = new DirectoryLayoutSink(directory);
            using var alone = await LayoutLock.AcquireAsync(directory, cancellationToken);
            var index = Merge(directory, content.ToIndex());
            await content.WriteBlobsAsync(sink, blobs, cancellationToken);
            sink.AddFile(LayoutNames.Marker, LayoutNames.MarkerContent);
            sink.AddFile(LayoutNames.Index, ImageJson.Serialize(index));
            if (removesOthers)
            {
                LayoutCleaner.RemoveUnreferenced(directory, index);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SyscallException)
        {
            throw OutputFile.NotWritten(directory, exception);
        }
    }

    private static ImageIndex Merge(string directory, ImageIndex added)
    {
        if (!File.Exists(Path.Join(directory, LayoutNames.Index)))
        {
            return added;
        }

        using var present = OciLayoutReader.Open(directory);
        var kept = present.Index.Manifests.Where(old => !added.Manifests.Any(manifest => Replaces(manifest, old)));
        return present.Index with { Manifests = [.. kept, .. added.Manifests] };
    }

    private static bool Replaces(Descriptor added, Descriptor old) =>
        NameOf(added) is { } name ? name == NameOf(old) || (NameOf(old) is null && old.Digest == added.Digest) : old.Digest == added.Digest;

    private static string? NameOf(Descriptor descriptor) => descriptor.Annotations?.GetValueOrDefault(LayoutNames.ImageName);
}
