using System.Text.Json;
using SharpBuild.Cache.Storage;
using SharpBuild.Image;

namespace SharpBuild.Cache;

/// <summary>The images of a store: names, each leading to an image, and images that have lost their name. Names survive a power loss. Thread-safe.</summary>
public sealed class ImageStore
{
    private const int ShortestIdPrefix = 2;
    private readonly CachePaths paths;
    private readonly StoreSession session;
    private readonly LayerStore layers;
    private readonly FlushMarks marks;

    internal ImageStore(CachePaths paths, StoreSession session, LayerStore layers, FlushMarks marks) =>
        (this.paths, this.session, this.layers, this.marks) = (paths, session, layers, marks);

    /// <summary>Gives an image a name; the image that had it before keeps its other names, or stays without one. Idempotent.</summary>
    public void Tag(ImageReference name, ImageRecord image)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(image);
        var before = FindExactly(name);
        if (before is not null && before.ManifestDigest == image.ManifestDigest && before.Layers.AsSpan().SequenceEqual(image.Layers.AsSpan()))
        {
            return;
        }

        Write(name.ToString(), name, image);
        if (before is not null && before.ConfigDigest != image.ConfigDigest && !HasName(before.ConfigDigest))
        {
            Add(before);
        }

        File.Delete(paths.Image(image.ConfigDigest.ToString()));
    }

    /// <summary>Keeps an image without a name. Idempotent; an image that has a name already needs none of this.</summary>
    public void Add(ImageRecord image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (TryRead(paths.Image(image.ConfigDigest.ToString())) is null && !HasName(image.ConfigDigest))
        {
            Write(image.ConfigDigest.ToString(), null, image);
        }
    }

    /// <summary>The image of a name, as Docker looks it up: a whole id, then a name, then the start of an id; null when there is none.</summary>
    /// <exception cref="CacheException">The start of an id fits several images.</exception>
    public ImageRecord? Find(string nameOrIdPrefix)
    {
        ArgumentNullException.ThrowIfNull(nameOrIdPrefix);
        var byName = ImageReference.TryParse(nameOrIdPrefix, out var name) ? Find(name) : null;
        return byName ?? FindById(nameOrIdPrefix.StartsWith("sha256:", StringComparison.Ordinal) ? nameOrIdPrefix["sha256:".Length..] : nameOrIdPrefix);
    }

    /// <summary>The image of a name; null when there is none. A digest in the name must be that of the image's manifest, or of the index that it came from.</summary>
    public ImageRecord? Find(ImageReference name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (FindExactly(name) is { } exact)
        {
            return exact;
        }

        if (name.Digest is not { } digest)
        {
            return null;
        }

        foreach (var entry in List())
        {
            if (entry.Name?.Name == name.Name && (entry.Image.ManifestDigest == digest || entry.Image.SourceDigest == digest))
            {
                return entry.Image;
            }
        }

        return null;
    }

    /// <summary>All names with their images, then the images without a name; in no order. Reads a small file each.</summary>
    public IEnumerable<NamedImage> List()
    {
        foreach (var path in Directory.EnumerateFiles(paths.Images, "*.json"))
        {
            if (TryRead(path) is { } entry)
            {
                yield return entry;
            }
        }
    }

    /// <summary>Takes a name away; false when nothing had it. The image stays, without a name when it was the last.</summary>
    public bool Untag(ImageReference name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var path = paths.Image(name.ToString());
        if (TryRead(path) is not { } entry)
        {
            return false;
        }

        File.Delete(path);
        Add(entry.Image);
        return true;
    }

    /// <summary>Forgets an image and all its names. Its layers and blobs stay until they are collected.</summary>
    /// <returns>The names that it had.</returns>
    public IReadOnlyList<ImageReference> Remove(Digest configDigest)
    {
        var names = new List<ImageReference>();
        foreach (var entry in List().ToArray())
        {
            if (entry.Image.ConfigDigest != configDigest)
            {
                continue;
            }

            TouchLayers(entry.Image);
            File.Delete(paths.Image(entry.Name?.ToString() ?? configDigest.ToString()));
            if (entry.Name is not null)
            {
                names.Add(entry.Name);
            }
        }

        return names;
    }

    // Somebody may have found the image just now: its layers count as used until then.
    private void TouchLayers(ImageRecord image)
    {
        foreach (var layer in image.Layers)
        {
            layers.Touch(layer);
        }
    }

    private ImageRecord? FindExactly(ImageReference name) => TryRead(paths.Image(name.ToString()))?.Image;

    private ImageRecord? FindById(string prefix)
    {
        if (prefix.Length < ShortestIdPrefix || !prefix.All(char.IsAsciiHexDigitLower))
        {
            return null;
        }

        ImageRecord? found = null;
        foreach (var entry in List())
        {
            if (!entry.Image.ConfigDigest.Hex.StartsWith(prefix, StringComparison.Ordinal) || entry.Image.ConfigDigest == found?.ConfigDigest)
            {
                continue;
            }

            found = found is null ? entry.Image : throw new CacheException($"'{prefix}' is the start of more than one image id", paths.Images)
            {
                Hint = "write more of the id",
            };
        }

        return found;
    }

    private bool HasName(Digest configDigest) => List().Any(entry => entry.Name is not null && entry.Image.ConfigDigest == configDigest);

    private void Write(string canonicalName, ImageReference? name, ImageRecord image)
    {
        var content = JsonFiles.Write(writer =>
        {
            if (name is not null)
            {
                writer.WriteString("name", name.ToString());
            }

            writer.WriteString("manifest", image.ManifestDigest.ToString());
            writer.WriteString("config", image.ConfigDigest.ToString());
            if (image.SourceDigest is { } source)
            {
                writer.WriteString("source", source.ToString());
            }

            writer.WriteString("created", image.Created);
            writer.WriteNumber("size", image.Size);
            writer.WriteString("platform", image.Platform.ToString());
            JsonFiles.WriteStamp(writer, marks.Now());
            JsonFiles.WriteLayers(writer, image.Layers.AsSpan());
        });

        // A name is what the user asked for by hand: the one kind of record that is worth an fsync.
        AtomicFile.Write(session, paths.Image(canonicalName), content, durable: true);
    }

    // The name is on the disk, but after a power loss its layers may not be: an image without its files is no image.
    private NamedImage? TryRead(string path) => JsonFiles.TryRead(path, element =>
        Read(element) is var entry && (IsCovered(element) || layers.AreIntact(entry.Image.Layers)) ? entry : null);

    // The first versions wrote no stamp.
    private bool IsCovered(JsonElement element) => !element.TryGetProperty("boot", out _) || marks.Covers(JsonFiles.ReadStamp(element));

    private static NamedImage Read(JsonElement element) => new(
        element.TryGetProperty("name", out var name) ? ImageReference.Parse(name.GetString() ?? "") : null,
        new()
        {
            ManifestDigest = Digest.Parse(element.GetProperty("manifest").GetString() ?? ""),
            ConfigDigest = Digest.Parse(element.GetProperty("config").GetString() ?? ""),
            SourceDigest = element.TryGetProperty("source", out var source) ? Digest.Parse(source.GetString() ?? "") : null,
            Created = element.GetProperty("created").GetDateTimeOffset(),
            Size = element.GetProperty("size").GetInt64(),
            Platform = Platform.Parse(element.GetProperty("platform").GetString() ?? ""),
            Layers = JsonFiles.ReadLayers(element),
        });
}
