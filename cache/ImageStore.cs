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
    public void Tag(ImageReference name, ImageRecord image) => Tag(name, StoredImage.Of(image));

    /// <summary>Gives an image, or an index of images, a name. What had it before keeps its other names, or stays without one unless it lives on in the new.</summary>
    public void Tag(ImageReference name, StoredImage image)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(image);
        using var alone = locks.Acquire(Renaming);
        var before = FindExactly(name);
        if (before?.IsSameAs(image) == true)
        {
            return;
        }

        Write(name.ToString(), name, image);
        if (before is not null && !before.Images.All(old => image.Contains(old.ConfigDigest)) && !HasName(before.Id))
        {
            AddNameless(before);
        }

        File.Delete(paths.Image(image.Id.ToString()));
    }

    /// <summary>Keeps an image without a name. Idempotent; an image that has a name already needs none of this.</summary>
    public void Add(ImageRecord image) => Add(StoredImage.Of(image));

    /// <summary>Keeps an image, or an index of images, without a name.</summary>
    public void Add(StoredImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var alone = locks.Acquire(Renaming);
        AddNameless(image);
    }

    /// <summary>The image of a name, as Docker looks it up: a whole id, then a name, then the start of an id; null when there is none.</summary>
    /// <exception cref="CacheException">The start of an id fits several images.</exception>
    public StoredImage? Find(string nameOrIdPrefix)
    {
        ArgumentNullException.ThrowIfNull(nameOrIdPrefix);
        var byName = ImageReference.TryParse(nameOrIdPrefix, out var name) ? Find(name) : null;
        return byName ?? FindById(nameOrIdPrefix.StartsWith("sha256:", StringComparison.Ordinal) ? nameOrIdPrefix["sha256:".Length..] : nameOrIdPrefix);
    }

    /// <summary>The image of a name; null when there is none. A digest in the name must be that of the image's manifest or index, or of the index that it came from.</summary>
    public StoredImage? Find(ImageReference name)
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
            if (entry.Name?.Name == name.Name && (entry.Image.Digest == digest || entry.Image.SourceDigest == digest))
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
    /// <param name="id">The image; an index goes with all images of it.</param>
    /// <param name="names">The names that are to go; null for all. One that somebody has given it meanwhile stays.</param>
    /// <returns>The names that are gone.</returns>
    public IReadOnlyList<ImageReference> Remove(Digest id, IReadOnlyCollection<ImageReference>? names = null)
    {
        using var alone = locks.Acquire(Renaming);
        var removed = new List<ImageReference>();
        foreach (var entry in List().ToArray())
        {
            if (entry.Image.Id != id || (entry.Name is not null && names?.Contains(entry.Name) == false))
            {
                continue;
            }

            Touch(entry.Image);
            File.Delete(paths.Image(entry.Name?.ToString() ?? id.ToString()));
            if (entry.Name is not null)
            {
                removed.Add(entry.Name);
            }
        }

        return removed;
    }

    private void AddNameless(StoredImage image)
    {
        // Touched: whoever adds what is there already is using it.
        var path = paths.Image(image.Id.ToString());
        if (!(AtomicFile.TryTouch(path) && TryRead(path) is not null) && !HasName(image.Id))
        {
            Write(image.Id.ToString(), null, image);
        }
    }

    // Somebody may have found the image just now: all of it counts as used until then.
    private void Touch(StoredImage image)
    {
        AtomicFile.TryTouch(paths.Blob(image.Digest));
        foreach (var each in image.Images)
        {
            AtomicFile.TryTouch(paths.Blob(each.ManifestDigest));
            AtomicFile.TryTouch(paths.Blob(each.ConfigDigest));
        }

        foreach (var layer in image.Images.SelectMany(static each => each.Layers))
        {
            layers.Touch(layer);
        }
    }

    private StoredImage? FindExactly(ImageReference name) => TryRead(paths.Image(name.ToString()))?.Image;

    private StoredImage? FindById(string prefix)
    {
        if (prefix.Length < ShortestIdPrefix || !prefix.All(char.IsAsciiHexDigitLower))
        {
            return null;
        }

        StoredImage? found = null;
        foreach (var entry in List())
        {
            if (!entry.Image.Id.Hex.StartsWith(prefix, StringComparison.Ordinal) || entry.Image.Id == found?.Id || !IsKept(entry))
            {
                continue;
            }

            found = found is null ? entry.Image : throw new CacheException($"'{prefix}' is the start of more than one image id", paths.Images)
            {
                Hint = "write more of the ID",
            };
        }

        return found;
    }

    // Nothing but the time of its last use holds an image without a name: marked first, then looked whether it is still there.
    private bool IsKept(NamedImage entry)
    {
        var path = paths.Image(entry.Image.Id.ToString());
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

    private bool HasName(Digest id) => List().Any(entry => entry.Name is not null && entry.Image.Id == id);

    private void Write(string canonicalName, ImageReference? name, StoredImage image)
    {
        var content = JsonFiles.Write(writer =>
        {
            if (name is not null)
            {
                writer.WriteString("name", name.ToString());
            }

            StoredImageJson.Write(writer, image);
            JsonFiles.WriteStamp(writer, marks.Now());
        });

        // A name is what the user asked for by hand: the one kind of record that is worth an fsync.
        AtomicFile.Write(session, paths.Image(canonicalName), content, durable: true);
    }

    /// <summary>What a file of a name says; null when it does not count: the name may be on the disk, and after a power loss the layers not.</summary>
    internal NamedImage? TryRead(string path) => JsonFiles.TryRead(path, element =>
        Read(element) is var entry && (IsCovered(element) || entry.Image.Images.All(image => layers.AreIntact(image.Layers))) ? entry : null);

    // The first versions wrote no stamp.
    private bool IsCovered(JsonElement element) => !element.TryGetProperty("boot", out _) || marks.Covers(JsonFiles.ReadStamp(element));

    private static NamedImage Read(JsonElement element) =>
        new(element.TryGetProperty("name", out var name) ? ImageReference.Parse(name.GetString() ?? "") : null, StoredImageJson.Read(element));
}
