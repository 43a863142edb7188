using SharpBuild.Linux;

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

        // One level, and no link: what lies elsewhere is not the layout's.
        foreach (var algorithm in new DirectoryInfo(Path.Join(directory, "blobs")).EnumerateDirectories().Where(static found => found.LinkTarget is null))
        {
            foreach (var path in Directory.EnumerateFiles(algorithm.FullName))
            {
                if (Digest.TryParse($"{algorithm.Name}:{Path.GetFileName(path)}", out var digest) && !kept.Contains(digest))
                {
                    File.Delete(path);
                }
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
                return TryAdd(directory, ImageJson.DeserializeIndex(OrdinaryFile.ReadAll(path, LayoutNames.MaximumJson)).Manifests, kept, depth + 1);
            }

            if (MediaTypes.IsManifest(descriptor.MediaType))
            {
                var manifest = ImageJson.DeserializeManifest(OrdinaryFile.ReadAll(path, LayoutNames.MaximumJson));
                kept.Add(manifest.Config.Digest);
                kept.UnionWith(manifest.Layers.Select(layer => layer.Digest));
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ImageException)
        {
            return false;
        }
    }
}
