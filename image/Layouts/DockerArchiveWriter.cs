namespace SharpBuild.Image.Layouts;

/// <summary>Writes what <c>docker save</c> writes since Docker 25: an OCI layout with a <c>manifest.json</c> beside it, for everything that reads either.</summary>
public static class DockerArchiveWriter
{
    /// <summary>Writes the archive; the same images give the same bytes.</summary>
    /// <param name="images">The images; their manifests are blobs of <paramref name="blobs"/>, too.</param>
    /// <param name="blobs">Where all blobs are read.</param>
    /// <param name="destination">Where to; stays open.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    public static async Task WriteAsync(IReadOnlyCollection<LayoutImage> images, IBlobSource blobs, Stream destination, CancellationToken cancellationToken)
    {
        var content = await LayoutContent.ReadAsync(images, blobs, cancellationToken);
        var sink = new TarLayoutSink(new(destination));
        await content.WriteBlobsAsync(sink, blobs, cancellationToken);
        sink.AddFile(LayoutNames.Index, ImageJson.Serialize(content.ToIndex()));
        AddManifest(sink, content);
        sink.AddFile(LayoutNames.Marker, LayoutNames.MarkerContent);
        if (WriteRepositories(content) is { } repositories)
        {
            sink.AddFile(LayoutNames.Repositories, repositories);
        }

        sink.Complete();
    }

    /// <summary>Adds the <c>manifest.json</c>, without which <c>docker load</c> takes nothing unless Docker keeps its images with containerd.</summary>
    internal static void AddManifest(LayoutSink sink, LayoutContent content) =>
        sink.AddFile(LayoutNames.ArchiveManifest, ArchiveItem.Write(content.Images.Select(item => Describe(item.Image, item.Manifest))));

    private static ArchiveItem Describe(LayoutImage image, Manifest manifest) => new(
        LayoutNames.BlobPath(manifest.Config.Digest),
        [.. Tagged(image).Select(name => name.FamiliarName)],
        [.. manifest.Layers.Select(layer => LayoutNames.BlobPath(layer.Digest))]);

    // Docker refuses a tag with a digest; such a name stays in the index only.
    private static IEnumerable<ImageReference> Tagged(LayoutImage image) =>
        image.Names.IsDefaultOrEmpty ? [] : image.Names.Where(name => name is { Tag: not null, Digest: null });

    // The oldest form: repository to tag to topmost layer. Docker left it out for images without a name.
    private static byte[]? WriteRepositories(LayoutContent content)
    {
        var repositories = new SortedDictionary<string, SortedDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var (image, manifest) in content.Images.Where(item => !item.Manifest.Layers.IsEmpty))
        {
            foreach (var name in Tagged(image))
            {
                var repository = name.FamiliarName[..^(name.Tag!.Length + 1)];
                repositories.TryAdd(repository, new(StringComparer.Ordinal));
                repositories[repository][name.Tag] = manifest.Layers[^1].Digest.Hex;
            }
        }

        return repositories.Count == 0 ? null : Write(repositories);
    }

    private static byte[] Write(SortedDictionary<string, SortedDictionary<string, string>> repositories) => ImageJson.Write(default, repositories, static (writer, repositories) =>
    {
        writer.WriteStartObject();
        foreach (var (repository, tags) in repositories)
        {
            writer.WriteStartObject(repository);
            foreach (var (tag, layer) in tags)
            {
                writer.WriteString(tag, layer);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    });
}
