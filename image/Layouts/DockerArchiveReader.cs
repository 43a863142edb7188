using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using SharpBuild.Image.Compression;
using SharpBuild.Image.Json;
using SharpBuild.Image.Registry;

namespace SharpBuild.Image.Layouts;

/// <summary>Reads what <c>docker save</c> wrote before it wrote OCI layouts, and what Podman still writes: configs and layer tars, listed in <c>manifest.json</c>. Such an archive has no manifests: they are made here from what is found.</summary>
public sealed class DockerArchiveReader : IImageArchive
{
    private readonly ArchiveFiles files;
    private readonly Dictionary<Digest, string> blobs = [];
    private readonly Dictionary<Digest, byte[]> manifests = [];

    private DockerArchiveReader(ArchiveFiles files) => this.files = files;

    /// <inheritdoc/>
    public ImmutableArray<ArchivedImage> Images { get; private set; } = [];

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        var stream = manifests.TryGetValue(descriptor.Digest, out var manifest) ? new MemoryStream(manifest, writable: false)
            : blobs.TryGetValue(descriptor.Digest, out var name) ? files.OpenMember(name)
            : throw files.Missing(descriptor.Digest.ToString());
        return Task.FromResult<Stream>(new VerifiedStream(stream, descriptor));
    }

    /// <inheritdoc/>
    public Task<ResolvedManifest> ReadManifestAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
        manifests.TryGetValue(descriptor.Digest, out var manifest)
            ? Task.FromResult(new ResolvedManifest(descriptor, manifest))
            : throw files.Missing(descriptor.Digest.ToString());

    /// <inheritdoc/>
    public void Dispose() => files.Dispose();

    internal static async Task<DockerArchiveReader> OpenAsync(ArchiveFiles files, CancellationToken cancellationToken)
    {
        var reader = new DockerArchiveReader(files);
        var images = ImmutableArray.CreateBuilder<ArchivedImage>();
        foreach (var (config, names, layers) in ReadList(await files.ReadAllAsync("manifest.json", cancellationToken)))
        {
            images.Add(new(names, await reader.MakeManifestAsync(config, layers, cancellationToken)));
        }

        reader.Images = images.ToImmutable();
        return reader;
    }

    private static List<(string Config, ImmutableArray<string> Names, ImmutableArray<string> Layers)> ReadList(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var list = new List<(string, ImmutableArray<string>, ImmutableArray<string>)>();
            foreach (var element in document.RootElement.EnumerateArray())
            {
                var members = JsonMembers.Of(element, "archive's manifest.json");
                list.Add((members.RequiredString("Config"), members.Strings("RepoTags"), members.Strings("Layers")));
            }

            return list;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new ImageException(ImageErrorCodes.InvalidArchive, $"the archive's manifest.json is damaged: {exception.Message}", exception);
        }
    }

    private async Task<Descriptor> MakeManifestAsync(string configName, ImmutableArray<string> layerNames, CancellationToken cancellationToken)
    {
        var bytes = await files.ReadAllAsync(configName, cancellationToken);
        var config = ImageJson.DeserializeConfig(bytes);
        if (config.RootFs.DiffIds.Length != layerNames.Length)
        {
            throw new ImageException(ImageErrorCodes.InvalidArchive, $"'{files.Path}' lists {layerNames.Length} layers, but the image's config {config.RootFs.DiffIds.Length}") { Subject = files.Path };
        }

        var layers = ImmutableArray.CreateBuilder<Descriptor>();
        for (var i = 0; i < layerNames.Length; i++)
        {
            layers.Add(await DescribeLayerAsync(layerNames[i], config.RootFs.DiffIds[i], cancellationToken));
        }

        var configDigest = Digest.Compute(bytes);
        blobs[configDigest] = configName;
        var manifest = ImageJson.Serialize(new Manifest
        {
            MediaType = MediaTypes.DockerManifest,
            Config = new() { MediaType = MediaTypes.DockerConfig, Digest = configDigest, Size = bytes.Length },
            Layers = layers.ToImmutable(),
        });
        var descriptor = new Descriptor { MediaType = MediaTypes.DockerManifest, Digest = Digest.Compute(manifest), Size = manifest.Length, Platform = config.Platform };
        manifests[descriptor.Digest] = manifest;
        return descriptor;
    }

    private async Task<Descriptor> DescribeLayerAsync(string name, Digest diffId, CancellationToken cancellationToken)
    {
        var head = new byte[Codecs.SniffLength];
        await using var file = files.OpenMember(name);
        var length = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        var codec = Codecs.Sniff(head.AsSpan(0, length));
        if (codec.MediaTypeSuffix is null)
        {
            throw new ImageException(ImageErrorCodes.Compression, $"the layer '{name}' in '{files.Path}' is compressed with {codec.Name}, which layers cannot be") { Subject = files.Path };
        }

        // A plain layer is checked against its diff id when it is read; only a compressed one must be hashed to be named.
        var digest = codec == Codecs.Uncompressed ? diffId : await HashAsync(name, cancellationToken);
        blobs[digest] = name;
        return new() { MediaType = MediaTypes.DockerLayer + codec.MediaTypeSuffix.Replace('+', '.'), Digest = digest, Size = files.SizeOf(name) };
    }

    private async Task<Digest> HashAsync(string name, CancellationToken cancellationToken)
    {
        await using var file = files.OpenMember(name);
        return Digest.OfSha256(await SHA256.HashDataAsync(file, cancellationToken));
    }
}
