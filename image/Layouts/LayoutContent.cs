using System.Collections.Immutable;

namespace SharpBuild.Image.Layouts;

/// <summary>What a layout of some images consists of: the manifests, and all blobs in the order of their digests.</summary>
internal sealed class LayoutContent
{
    private readonly SortedDictionary<Digest, Descriptor> blobs = [];
    private readonly List<(LayoutImage Image, Manifest Manifest)> images = [];
    private readonly List<LayoutImage> entries = [];

    private LayoutContent()
    {
    }

    /// <summary>The images as what knows no indexes sees them: of each index the one for this machine, or else its first.</summary>
    public IReadOnlyList<(LayoutImage Image, Manifest Manifest)> Images => images;

    /// <summary>Reads the manifests and indexes.</summary>
    public static async Task<LayoutContent> ReadAsync(IReadOnlyCollection<LayoutImage> images, IBlobSource source, CancellationToken cancellationToken)
    {
        var content = new LayoutContent();
        foreach (var image in images)
        {
            await content.AddAsync(image, source, cancellationToken);
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
    public ImageIndex ToIndex() => new() { Manifests = [.. entries.SelectMany(Name)] };

    private static IEnumerable<Descriptor> Name(LayoutImage image) =>
        image.Names.IsDefaultOrEmpty ? [image.Descriptor] : image.Names.Select(name => image.Descriptor with { Annotations = Annotate(image.Descriptor, name) });

    private static ImmutableSortedDictionary<string, string> Annotate(Descriptor descriptor, ImageReference name)
    {
        var annotations = (descriptor.Annotations ?? Sorted.NoPairs).SetItem(LayoutNames.ImageName, name.ToString());
        return name.Tag is { } tag ? annotations.SetItem(LayoutNames.ReferenceName, tag) : annotations;
    }

    private async Task AddAsync(LayoutImage image, IBlobSource source, CancellationToken cancellationToken)
    {
        entries.Add(image);
        var bytes = await ReadAsync(image.Descriptor, source, cancellationToken);
        if (!MediaTypes.IsIndex(image.Descriptor.MediaType))
        {
            images.Add((image, AddBlobs(image.Descriptor, bytes)));
            return;
        }

        blobs.TryAdd(image.Descriptor.Digest, image.Descriptor);
        var index = ImageJson.DeserializeIndex(bytes);
        var preferred = index.Select(Platform.Host) ?? index.Manifests.FirstOrDefault();
        foreach (var descriptor in index.Manifests)
        {
            var manifest = AddBlobs(descriptor, await ReadAsync(descriptor, source, cancellationToken));
            if (descriptor == preferred)
            {
                images.Add((image, manifest));
            }
        }
    }

    private static async Task<byte[]> ReadAsync(Descriptor descriptor, IBlobSource source, CancellationToken cancellationToken)
    {
        await using var stream = await source.OpenAsync(descriptor, cancellationToken);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }

    private Manifest AddBlobs(Descriptor descriptor, byte[] bytes)
    {
        if (!MediaTypes.IsManifest(descriptor.MediaType))
        {
            throw LayoutNames.Invalid($"{descriptor.Digest} is not an image manifest but '{descriptor.MediaType}'");
        }

        var manifest = ImageJson.DeserializeManifest(bytes);
        foreach (var blob in manifest.Layers.Append(manifest.Config).Append(descriptor))
        {
            blobs.TryAdd(blob.Digest, blob);
        }

        return manifest;
    }
}
