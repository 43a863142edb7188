using System.Collections.Immutable;

namespace SharpBuild.Image.Layouts;

/// <summary>What a layout of some images consists of: the manifests, and all blobs in the order of their digests.</summary>
internal sealed class LayoutContent
{
    private readonly SortedDictionary<Digest, Descriptor> blobs = [];
    private readonly List<(LayoutImage Image, Manifest Manifest)> images = [];

    private LayoutContent()
    {
    }

    public IReadOnlyList<(LayoutImage Image, Manifest Manifest)> Images => images;

    /// <summary>Reads the manifests.</summary>
    public static async Task<LayoutContent> ReadAsync(IReadOnlyCollection<LayoutImage> images, IBlobSource source, CancellationToken cancellationToken)
    {
        var content = new LayoutContent();
        foreach (var image in images)
        {
            content.Add(image, await ReadManifestAsync(image.Descriptor, source, cancellationToken));
        }

        return content;
    }

    /// <summary>Writes the blobs.</summary>
    public async Task WriteBlobsAsync(LayoutSink sink, IBlobSource source, CancellationToken cancellationToken)
    {
        foreach (var blob in blobs.Values)
        {
            await sink.AddBlobAsync(blob, source, cancellationToken);
        }
    }

    /// <summary>The index: one entry for each name, as containerd and Docker write it.</summary>
    public ImageIndex ToIndex() => new() { Manifests = [.. images.SelectMany(item => Name(item.Image))] };

    private static IEnumerable<Descriptor> Name(LayoutImage image) =>
        image.Names.IsDefaultOrEmpty ? [image.Descriptor] : image.Names.Select(name => image.Descriptor with { Annotations = Annotate(image.Descriptor, name) });

    private static ImmutableSortedDictionary<string, string> Annotate(Descriptor descriptor, ImageReference name)
    {
        var annotations = (descriptor.Annotations ?? Sorted.NoPairs).SetItem(LayoutNames.ImageName, name.ToString());
        return name.Tag is { } tag ? annotations.SetItem(LayoutNames.ReferenceName, tag) : annotations;
    }

    private static async Task<Manifest> ReadManifestAsync(Descriptor descriptor, IBlobSource source, CancellationToken cancellationToken)
    {
        if (!MediaTypes.IsManifest(descriptor.MediaType))
        {
            throw LayoutNames.Invalid($"{descriptor.Digest} is no image manifest but '{descriptor.MediaType}'");
        }

        await using var stream = await source.OpenAsync(descriptor, cancellationToken);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancellationToken);
        return ImageJson.DeserializeManifest(bytes.ToArray());
    }

    private void Add(LayoutImage image, Manifest manifest)
    {
        images.Add((image, manifest));
        foreach (var blob in manifest.Layers.Append(manifest.Config).Append(image.Descriptor))
        {
            blobs.TryAdd(blob.Digest, blob);
        }
    }
}
