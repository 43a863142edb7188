using System.Collections.Immutable;

namespace SharpBuild.Image.Layouts;

/// <summary>Reads an OCI image layout, as a directory or in a tar.</summary>
public sealed partial class OciLayoutReader : IImageArchive
{
    private const int MaximumDepth = 4;
    private const int MostManifests = 10_000;
    private readonly ArchiveFiles files;
    private int manifestsRead;

    internal OciLayoutReader(ArchiveFiles files)
    {
        this.files = files;
        CheckVersion();
        var index = files.TryReadAll(LayoutNames.Index) ?? throw LayoutNames.Invalid($"{files.Name} has no '{LayoutNames.Index}'");
        Index = ImageJson.DeserializeIndex(index);
    }

    /// <summary>The index at the top of the layout.</summary>
    public ImageIndex Index { get; }

    /// <summary>Opens a layout that is a directory.</summary>
    /// <exception cref="ImageException">It is none.</exception>
    public static OciLayoutReader Open(string directory) => new(new DirectoryFiles(directory));

    /// <inheritdoc/>
    public ImmutableArray<ArchivedImage> ReadImages(Platform? platform, CancellationToken cancellationToken)
    {
        var found = new List<ArchivedImage>();
        foreach (var group in Index.Manifests.Where(IsImage).GroupBy(KeyOf))
        {
            var images = platform is null ? ReadAll([.. group]) : Choose(new ImageIndex { Manifests = [.. group] }, null, platform, depth: 0) is { } image ? [image] : [];
            foreach (var each in images)
            {
                Add(found, each, [.. NameOf(group.First())]);
            }
        }

        return found.Count > 0 ? [.. found] : throw NothingFound(platform);
    }

    /// <summary>Finds one image: by digest; else by its tag; else the only one there is, when no tag is asked for.</summary>
    /// <exception cref="ImageException">There is none, or none for the platform.</exception>
    public ArchivedImage Find(LayoutPlace place, Platform platform)
    {
        ArgumentNullException.ThrowIfNull(place);
        var candidates = Index.Manifests.Where(m => place.Digest is { } digest ? m.Digest == digest : HasTag(m, place.Tag ?? "latest")).ToList();
        if (candidates.Count == 0 && place is { Digest: null, Tag: null })
        {
            candidates = [.. Index.Manifests.Where(IsImage)];
            candidates = candidates.Count == 1 ? candidates : [];
        }

        if (candidates.Count == 0)
        {
            throw new ImageException(ImageErrorCodes.NotFound, $"{files.Name} has no image '{place}'")
            {
                Subject = place.ToString(),
                Hint = $"it has {string.Join(", ", Index.Manifests.Where(IsImage).Select(TagOrDigest))}",
            };
        }

        return Choose(new ImageIndex { Manifests = [.. candidates] }, null, platform, depth: 0) ?? throw NothingFound(platform);
    }

    /// <summary>Describes a manifest that is a blob of the layout although its index may not name it; null when there is none of that digest.</summary>
    public Descriptor? TryDescribe(Digest digest)
    {
        using var file = files.TryOpen(LayoutNames.BlobPath(digest));
        return file is null ? null : new() { MediaType = MediaTypes.OciManifest, Digest = digest, Size = file.Length };
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return Task.FromResult(files.OpenBlob(descriptor));
    }

    /// <inheritdoc/>
    public void Dispose() => files.Dispose();

    // Manifests of one name are the platforms of one image; those without a name have nothing to do with each other.
    private static string KeyOf(Descriptor descriptor) => NameOf(descriptor).FirstOrDefault()?.ToString() ?? descriptor.Digest.ToString();

    private static bool HasTag(Descriptor descriptor, string tag) =>
        IsImage(descriptor) && (descriptor.Annotations?.GetValueOrDefault(LayoutNames.ReferenceName) == tag || NameOf(descriptor).Any(name => name.Tag == tag));

    private static string TagOrDigest(Descriptor descriptor) =>
        descriptor.Annotations?.GetValueOrDefault(LayoutNames.ReferenceName) ?? descriptor.Digest.ToString();

    private static bool IsImage(Descriptor descriptor) =>
        (MediaTypes.IsManifest(descriptor.MediaType) || MediaTypes.IsIndex(descriptor.MediaType))
        && descriptor.Platform is not { Os: "unknown" } && descriptor.Annotations?.ContainsKey(LayoutNames.DockerReferenceType) != true;

    // containerd writes the whole name apart; in the other annotation a bare word is a tag, from which no name can be told.
    private static IEnumerable<ImageReference> NameOf(Descriptor descriptor)
    {
        var name = descriptor.Annotations?.GetValueOrDefault(LayoutNames.ImageName)
            ?? (descriptor.Annotations?.GetValueOrDefault(LayoutNames.ReferenceName) is { } reference && reference.AsSpan().ContainsAny('/', ':') ? reference : null);
        return ImageReference.TryParse(name, out var parsed) ? [parsed] : [];
    }

    private static void Add(List<ArchivedImage> found, ArchivedImage image, ImmutableArray<ImageReference> names)
    {
        var same = found.FindIndex(other => other.ManifestDigest == image.ManifestDigest && other.Index?.Digest == image.Index?.Digest);
        if (same < 0)
        {
            found.Add(image with { Names = names });
        }
        else
        {
            found[same] = found[same] with { Names = [.. found[same].Names, .. names] };
        }
    }

    private ArchivedImage? Choose(ImageIndex index, Digest? source, Platform? platform, int depth)
    {
        ThrowIfTooDeep(depth);
        var images = index with { Manifests = [.. index.Manifests.Where(IsImage)] };
        var chosen = images.Select(platform ?? Platform.Host) ?? images.Manifests.FirstOrDefault(m => platform is null || m.Platform is null);
        return chosen is null ? null
            : MediaTypes.IsIndex(chosen.MediaType)
                ? Choose(ImageJson.DeserializeIndex(ReadManifest(chosen)), chosen.Digest, platform, depth + 1)
            : Read(chosen, source, platform);
    }

    private ArchivedImage? Read(Descriptor descriptor, Digest? source, Platform? platform)
    {
        var bytes = ReadManifest(descriptor);
        var manifest = ImageJson.DeserializeManifest(bytes);
        if (manifest.Config.MediaType is not (MediaTypes.OciConfig or MediaTypes.DockerConfig))
        {
            return null; // A signature, a chart: something that only travels as an image.
        }

        var configBytes = files.ReadBlob(manifest.Config);
        var config = ImageJson.DeserializeConfig(configBytes);
        return platform is not null && !config.Platform.Satisfies(platform) ? null : new ArchivedImage
        {
            Manifest = manifest,
            ManifestBytes = bytes,
            ManifestDigest = descriptor.Digest,
            Config = config,
            ConfigBytes = configBytes,
            IndexDigest = source,
        };
    }

    // Indexes that name each other many times would otherwise make a small archive an endless one.
    private byte[] ReadManifest(Descriptor descriptor) => ++manifestsRead <= MostManifests ? files.ReadBlob(descriptor)
        : throw new ImageException(ImageErrorCodes.LimitExceeded, $"the indexes of {files.Name} lead to more than {MostManifests} manifests");

    private void CheckVersion()
    {
        var marker = files.TryReadAll(LayoutNames.Marker) ?? throw LayoutNames.Invalid($"{files.Name} has no '{LayoutNames.Marker}', so it is not an OCI layout");
        var version = ImageJson.Read(marker, LayoutNames.Marker, static members => members.String("imageLayoutVersion"));
        if (version?.StartsWith("1.", StringComparison.Ordinal) != true)
        {
            throw LayoutNames.Invalid($"{files.Name} is an OCI layout of version '{version}'; 1.0.0 is known");
        }
    }

    private ImageException NothingFound(Platform? platform)
    {
        var platforms = string.Join(", ", Index.Manifests.Where(IsImage).Select(m => m.Platform).OfType<Platform>().Distinct());
        return platform is null
            ? LayoutNames.Invalid($"{files.Name} holds no images")
            : new ImageException(ImageErrorCodes.NoMatchingPlatform, $"{files.Name} has no image for {platform}")
            {
                Hint = platforms.Length > 0 ? $"its platforms are {platforms}" : "load it without --platform",
            };
    }
}
