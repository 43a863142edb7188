using System.Text.Json;
using SharpBuild.Cache.Storage;
using SharpBuild.Image;
using SharpBuild.Linux;

namespace SharpBuild.Cache;

/// <summary>The images of a store: names, each leading to an image, and images that have lost their name. Names survive a power loss. Thread-safe.</summary>
public sealed class ImageStore
{
    private const int ShortestIdPrefix = 2;

    // What a name meant before decides what becomes of that image: two who give one name at a time would lose one.
    private const string Renaming = "image names";
    private readonly CachePaths paths;
    private readonly StoreSession session;
    private readonly StoreLocks locks;
    private readonly LayerStore layers;
    private readonly FlushMarks marks;

    internal ImageStore(CachePaths paths, StoreSession session, StoreLocks locks, LayerStore layers, FlushMarks marks) =>
        (this.paths, this.session, this.locks, this.layers, this.marks) = (paths, session, locks, layers, marks);

    /// <summary>Gives an image a name; the image that had it before keeps its other names, or stays without one. Idempotent.</summary>
    public void Tag(ImageReference name, ImageRecord image)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(image);
        using var alone = locks.Acquire(Renaming);
        var before = FindExactly(name);
        if (before is not null && before.ManifestDigest == image.ManifestDigest && before.Layers.AsSpan().SequenceEqual(image.Layers.AsSpan()))
        {
            return;
        }

        Write(name.ToString(), name, image);
        if (before is not null && before.ConfigDigest != image.ConfigDigest && !HasName(before.ConfigDigest))
        {
            AddNameless(before);
        }

        File.Delete(paths.Image(image.ConfigDigest.ToString()));
    }

    /// <summary>Keeps an image without a name. Idempotent; an image that has a name already needs none of this.</summary>
    public void Add(ImageRecord image)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var alone = locks.Acquire(Renaming);
        AddNameless(image);
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
        using var alone = locks.Acquire(Renaming);
        if (TryRead(path) is not { } entry)
        {
            return false;
        }

        File.Delete(path);
        AddNameless(entry.Image);
        return true;
    }

    /// <summary>Forgets names of an image, and the image when it has no others. Its layers and blobs stay until they are collected.</summary>
    /// <param name="configDigest">The image.</param>
    /// <param name="names">The names that are to go; null for all. One that somebody has given it meanwhile stays.</param>
    /// <returns>The names that are gone.</returns>
    public IReadOnlyList<ImageReference> Remove(Digest configDigest, IReadOnlyCollection<ImageReference>? names = null)
    {
        using var alone = locks.Acquire(Renaming);
        var removed = new List<ImageReference>();
        foreach (var entry in List().ToArray())
        {
            if (entry.Image.ConfigDigest != configDigest || (entry.Name is not null && names?.Contains(entry.Name) == false))
            {
                continue;
            }

            Touch(entry.Image);
            File.Delete(paths.Image(entry.Name?.ToString() ?? configDigest.ToString()));
            if (entry.Name is not null)
            {
                removed.Add(entry.Name);
            }
        }

        return removed;
    }

    private void AddNameless(ImageRecord image)
    {
        // Touched: whoever adds what is there already is using it.
        var path = paths.Image(image.ConfigDigest.ToString());
        if (!(AtomicFile.TryTouch(path) && TryRead(path) is not null) && !HasName(image.ConfigDigest))
        {
            Write(image.ConfigDigest.ToString(), null, image);
        }
    }

    // Somebody may have found the image just now: all of it counts as used until then.
    private void Touch(ImageRecord image)
    {
        AtomicFile.TryTouch(paths.Blob(image.ManifestDigest));
        AtomicFile.TryTouch(paths.Blob(image.ConfigDigest));
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
            if (!entry.Image.ConfigDigest.Hex.StartsWith(prefix, StringComparison.Ordinal) || entry.Image.ConfigDigest == found?.ConfigDigest || !IsKept(entry))
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

    // Nothing but the time of its last use holds an image without a name: marked first, then looked whether it is still there.
    private bool IsKept(NamedImage entry)
    {
        var path = paths.Image(entry.Image.ConfigDigest.ToString());
        try
        {
            return entry.Name is not null || (AtomicFile.TryTouch(path) && FileStatuses.TryGet(path, out _));
        }
        catch (CacheException exception) when (exception.Code == CacheErrorCodes.NotWritable)
        {
            // Who cannot write to the store builds nothing on it either.
            return true;
        }
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

    /// <summary>What a file of a name says; null when it does not count: the name may be on the disk, and after a power loss the layers not.</summary>
    internal NamedImage? TryRead(string path) => JsonFiles.TryRead(path, element =>
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
