namespace SharpBuild.Image.Layouts;

/// <summary>Removes from a layout what its index does not lead to. The caller holds the layout's lock.</summary>
internal static class LayoutCleaner
{
    private const int MaximumDepth = 4;

    /// <summary>Removes all blobs but those of <paramref name="index"/>. When a manifest cannot be read, nothing goes: what it names is not known.</summary>
    public static void RemoveUnreferenced(string directory, ImageIndex index)
    {
        var kept = new HashSet<Digest>();
        if (!TryAdd(directory, index.Manifests, kept, depth: 0))
        {
            return;
        }

        foreach (var path in Directory.EnumerateFiles(Path.Join(directory, "blobs"), "*", SearchOption.AllDirectories))
        {
            if (Digest.TryParse($"{Path.GetFileName(Path.GetDirectoryName(path))}:{Path.GetFileName(path)}", out var digest) && !kept.Contains(digest))
            {
                File.Delete(path);
            }
        }
    }

    private static bool TryAdd(string directory, IEnumerable<Descriptor> descriptors, HashSet<Digest> kept, int depth)
    {
        foreach (var descriptor in descriptors)
        {
            if (!kept.Add(descriptor.Digest))
            {
                continue;
            }

            if (depth == MaximumDepth || !TryAddContent(directory, descriptor, kept, depth))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryAddContent(string directory, Descriptor descriptor, HashSet<Digest> kept, int depth)
    {
        var path = Path.Join(directory, LayoutNames.BlobPath(descriptor.Digest));
        try
        {
            if (MediaTypes.IsIndex(descriptor.MediaType))
            {
                return TryAdd(directory, ImageJson.DeserializeIndex(File.ReadAllBytes(path)).Manifests, kept, depth + 1);
            }

            if (MediaTypes.IsManifest(descriptor.MediaType))
            {
                var manifest = ImageJson.DeserializeManifest(File.ReadAllBytes(path));
                kept.Add(manifest.Config.Digest);
                kept.UnionWith(manifest.Layers.Select(layer => layer.Digest));
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or ImageException)
        {
            return false;
        }
    }
}
