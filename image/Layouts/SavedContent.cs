using System.Collections.Immutable;

namespace SharpBuild.Image.Layouts;

/// <summary>All that a layout of some images consists of: each blob once, in the order of digests, and the index.</summary>
internal sealed class SavedContent
{
    public static ReadOnlySpan<byte> LayoutFile => """{"imageLayoutVersion":"1.0.0"}"""u8;

    /// <summary>The blobs and where each is read.</summary>
    public SortedDictionary<Digest, (Descriptor Descriptor, IBlobSource Source)> Blobs { get; } = [];

    /// <summary>The manifests with the names that they were saved under; those of an index are not among them.</summary>
    public List<(Manifest Manifest, ImmutableArray<ImageReference> Names)> Manifests { get; } = [];

    /// <summary>The entries of <c>index.json</c>.</summary>
    public List<Descriptor> Entries { get; } = [];

    public byte[] IndexFile => ImageJson.Serialize(new ImageIndex { Manifests = [.. Entries] });

    public static async Task<SavedContent> CollectAsync(IEnumerable<ImageToSave> images, CancellationToken cancellationToken)
    {
        var content = new SavedContent();
        foreach (var image in images)
        {
            var source = new KnownManifest(image);
            await content.AddTreeAsync(image.Manifest.Descriptor, source, image.Names, cancellationToken);
            content.AddEntries(image);
        }

        return content;
    }

    private async Task AddTreeAsync(Descriptor descriptor, IBlobSource source, ImmutableArray<ImageReference> names, CancellationToken cancellationToken)
    {
        Blobs[descriptor.Digest] = (descriptor, source);
        if (MediaTypes.IsIndex(descriptor.MediaType))
        {
            var index = ImageJson.DeserializeIndex(await BlobReading.ReadDocumentAsync(source, descriptor, cancellationToken));
            foreach (var child in index.Manifests)
            {
                await AddTreeAsync(child, source, [], cancellationToken);
            }

            return;
        }

        var manifest = ImageJson.DeserializeManifest(await BlobReading.ReadDocumentAsync(source, descriptor, cancellationToken));
        Manifests.Add((manifest, names));
        Blobs[manifest.Config.Digest] = (manifest.Config, source);
        foreach (var layer in manifest.Layers)
        {
            if (!MediaTypes.IsForeignLayer(layer.MediaType))
            {
                Blobs[layer.Digest] = (layer, source);
            }
        }
    }

    // One entry a name, as containerd and Docker write them.
    private void AddEntries(ImageToSave image)
    {
        var descriptor = image.Manifest.Descriptor with { Annotations = image.Annotations };
        if (image.Names.IsEmpty)
        {
            Entries.Add(descriptor);
        }

        foreach (var name in image.Names)
        {
            var annotations = image.Annotations.SetItem(LayoutAnnotations.ContainerdName, name.ToString());
            Entries.Add(descriptor with { Annotations = name.Tag is null ? annotations : annotations.SetItem(LayoutAnnotations.RefName, name.Tag) });
        }
    }

    // The manifest itself is at hand; it need not be in the blobs.
    private sealed class KnownManifest(ImageToSave image) : IBlobSource
    {
        public Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken) => descriptor.Digest == image.Manifest.Descriptor.Digest
            ? Task.FromResult<Stream>(new MemoryStream(image.Manifest.Bytes, writable: false))
            : image.Blobs.OpenAsync(descriptor, cancellationToken);
    }
}
