using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using SharpBuild.Image.Compression;

namespace SharpBuild.Image.Layouts;

/// <summary>Reads what <c>docker save</c> wrote before it wrote OCI layouts (Docker 1.10 to 24), and what podman, skopeo and others write as a Docker archive: a <c>manifest.json</c> that names configs and layer tars.</summary>
public sealed class DockerArchiveReader : IImageArchive
{
    private readonly ArchiveFiles files;
    private readonly ImmutableArray<ArchiveItem> items;
    private readonly ConcurrentDictionary<Digest, string> paths = new();

    internal DockerArchiveReader(ArchiveFiles files)
    {
        this.files = files;
        items = ArchiveItem.Read(files.TryReadAll(LayoutNames.ArchiveManifest) ?? throw LayoutNames.Invalid($"{files.Name} has no '{LayoutNames.ArchiveManifest}'"));
    }

    /// <inheritdoc/>
    public ImmutableArray<ArchivedImage> ReadImages(Platform? platform, CancellationToken cancellationToken)
    {
        var images = items.Select(item => Read(item, cancellationToken)).Where(image => platform is null || image.Config.Platform.Satisfies(platform)).ToImmutableArray();
        return !images.IsEmpty ? images
            : items.IsEmpty || platform is null ? throw LayoutNames.Invalid($"{files.Name} holds no images")
            : throw new ImageException(ImageErrorCodes.NoMatchingPlatform, $"{files.Name} has no image for {platform}") { Hint = "load it without --platform" };
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return paths.TryGetValue(descriptor.Digest, out var path)
            ? Task.FromResult<Stream>(new CheckedBlobStream(new ArchiveFileStream(Open(path)), descriptor))
            : Task.FromResult(files.OpenBlob(descriptor));
    }

    /// <inheritdoc/>
    public void Dispose() => files.Dispose();

    private ArchivedImage Read(ArchiveItem item, CancellationToken cancellationToken)
    {
        var configBytes = ReadConfig(item.Config, out var configDigest);
        var config = ImageJson.DeserializeConfig(configBytes);
        var diffIds = config.RootFs.DiffIds;
        if (diffIds.Length != item.Layers.Length)
        {
            throw LayoutNames.Invalid($"the image {configDigest} of {files.Name} has {item.Layers.Length} layers, but its config names {diffIds.Length}");
        }

        var manifest = new Manifest
        {
            Config = new Descriptor { MediaType = MediaTypes.OciConfig, Digest = configDigest, Size = configBytes.Length },
            Layers = [.. item.Layers.Select((path, i) => DescribeLayer(path, diffIds[i], cancellationToken))],
        };
        var bytes = ImageJson.Serialize(manifest);
        return new ArchivedImage
        {
            Manifest = manifest,
            ManifestBytes = bytes,
            ManifestDigest = Digest.Compute(bytes),
            Config = config,
            ConfigBytes = configBytes,
            Names = [.. item.RepoTags.Select(ReadName)],
        };
    }

    private byte[] ReadConfig(string path, out Digest digest)
    {
        using var file = Open(path);
        var content = file.ReadAll($"'{path}' of {files.Name}");
        digest = Digest.Compute(content);
        paths[digest] = path;
        var promised = LayoutNames.DigestOf(path) ?? (Digest.TryParse("sha256:" + Path.GetFileNameWithoutExtension(path), out var named) ? named : digest);
        return promised == digest ? content : throw new ImageException(ImageErrorCodes.DigestMismatch, $"'{path}' of {files.Name} has the digest {digest}")
        {
            Subject = digest.ToString(),
            Hint = "create or download the archive again; it was damaged or changed",
        };
    }

    // A plain tar is the very thing that the config's diff id names: no need to read it before it is imported.
    private Descriptor DescribeLayer(string path, Digest diffId, CancellationToken cancellationToken)
    {
        using var file = Open(path);
        var suffix = SniffCompression(file, path);
        var digest = suffix.Length == 0 ? diffId : LayoutNames.DigestOf(path) ?? Hash(file, cancellationToken);
        paths[digest] = path;
        return new Descriptor { MediaType = MediaTypes.OciLayer + suffix, Digest = digest, Size = file.Length };
    }

    private static string SniffCompression(ArchiveFile file, string path)
    {
        Span<byte> head = stackalloc byte[Codecs.SniffLength];
        var codec = Codecs.Sniff(head[..file.Read(head, 0)]);
        return codec.MediaTypeSuffix ?? throw new ImageException(ImageErrorCodes.Compression, $"the layer '{path}' is compressed with {codec.Name}, which OCI images cannot have");
    }

    private static Digest Hash(ArchiveFile file, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[256 * 1024];
        for (long done = 0, count; (count = file.Read(buffer, done)) > 0; done += count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer.AsSpan(0, (int)count));
        }

        return Digest.OfSha256(hash.GetHashAndReset());
    }

    private ArchiveFile Open(string path) => files.TryOpen(path) ?? throw new ImageException(ImageErrorCodes.NotFound, $"{files.Name} lacks '{path}', which its 'manifest.json' names")
    {
        Subject = path,
        Hint = "create the archive again; it is incomplete",
    };

    private ImageReference ReadName(string tag) => ImageReference.TryParse(tag, out var name)
        ? name
        : throw LayoutNames.Invalid($"'{tag}' in 'manifest.json' of {files.Name} is not an image name");
}
