namespace SharpBuild.Image.Layouts;

public sealed partial class OciLayoutReader
{
    // What Docker saves of an image whose other platforms it never pulled is the whole index with the parts of one: those that are there count.
    private List<ArchivedImage> ReadAll(IReadOnlyList<Descriptor> group)
    {
        var (index, bytes, source) = IndexOf(group);
        var manifests = new List<Descriptor>();
        var isFlat = Flatten(index, manifests, depth: 0);
        if (manifests.Count == 0 || (group.Count == 1 && !MediaTypes.IsIndex(group[0].MediaType)) || !manifests.Any(IsComplete))
        {
            // One image, or one that lacks something: to read it says what.
            return Choose(new ImageIndex { Manifests = [.. group] }, null, null, depth: 0) is { } only ? [only] : [];
        }

        bytes = isFlat ? bytes : ImageJson.Serialize(index with { Manifests = [.. manifests] });
        var kept = new ArchivedIndex(Digest.Compute(bytes), bytes);
        return [.. manifests.Where(IsComplete).Select(manifest => Read(manifest, source, null)).OfType<ArchivedImage>().Select(image => image with { Index = kept })];
    }

    private (ImageIndex Index, byte[] Bytes, Digest? Source) IndexOf(IReadOnlyList<Descriptor> group)
    {
        if (group.Count == 1 && MediaTypes.IsIndex(group[0].MediaType))
        {
            var bytes = ReadManifest(group[0]);
            return (ImageJson.DeserializeIndex(bytes), bytes, group[0].Digest);
        }

        // The names of the layout are no part of the image.
        var index = new ImageIndex { Manifests = [.. group.Select(static manifest => manifest with { Annotations = null })] };
        return (index, ImageJson.Serialize(index), null);
    }

    private bool Flatten(ImageIndex index, List<Descriptor> manifests, int depth)
    {
        ThrowIfTooDeep(depth);
        var isFlat = true;
        foreach (var descriptor in index.Manifests.Where(IsImage))
        {
            if (!MediaTypes.IsIndex(descriptor.MediaType))
            {
                manifests.Add(descriptor);
            }
            else if (files.Contains(LayoutNames.BlobPath(descriptor.Digest)))
            {
                Flatten(ImageJson.DeserializeIndex(ReadManifest(descriptor)), manifests, depth + 1);
                isFlat = false;
            }
        }

        return isFlat;
    }

    private bool IsComplete(Descriptor descriptor)
    {
        if (!files.Contains(LayoutNames.BlobPath(descriptor.Digest)))
        {
            return false;
        }

        var manifest = ImageJson.DeserializeManifest(ReadManifest(descriptor));
        return manifest.Layers.Append(manifest.Config).All(blob => files.Contains(LayoutNames.BlobPath(blob.Digest)));
    }

    private void ThrowIfTooDeep(int depth)
    {
        if (depth > MaximumDepth)
        {
            throw new ImageException(ImageErrorCodes.LimitExceeded, $"the indexes of {files.Name} are nested too deeply");
        }
    }
}
