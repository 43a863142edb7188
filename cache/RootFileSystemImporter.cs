using SharpBuild.Image;
using SharpBuild.Image.Compression;
using SharpBuild.Image.Layers;

namespace SharpBuild.Cache;

/// <summary>Makes images of root file systems in a tar, as <c>docker import</c> does.</summary>
/// <param name="store">Where the image is kept.</param>
public sealed class RootFileSystemImporter(Store store)
{
    /// <summary>Extracts a tar, compressed or not, into one layer, and makes an image of it; the image has no name yet.</summary>
    /// <param name="tar">The tar; read to its end, not disposed.</param>
    /// <param name="options">What the image says of itself.</param>
    /// <param name="cancellationToken">Stops the extraction.</param>
    /// <exception cref="ImageException">It is not a tar, or not a safe one.</exception>
    public async Task<ImageRecord> ImportAsync(Stream tar, RootFileSystemOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tar);
        ArgumentNullException.ThrowIfNull(options);
        using var draft = store.Layers.Create([]);
        using (var upper = draft.OpenUpper())
        {
            await using var plain = Codecs.Decompress(tar, cancellationToken);
            LayerExtractor.Extract(plain, upper, new LayerExtractionOptions { UserXattr = store.Options.InUserNamespace, Notice = options.Notice }, cancellationToken);
        }

        var layer = store.Layers.Commit(draft);

        // Measured anew, not taken from the tar that was read: the digest has to be that of the tar that we would write.
        var blob = await store.Layers.GetDiffIdAsync(layer.Id, cancellationToken);
        return Describe(layer.Id, blob, options);
    }

    private ImageRecord Describe(LayerId layer, LayerBlob blob, RootFileSystemOptions options)
    {
        var created = store.Options.Clock.GetUtcNow();
        var config = ImageConfig.ForPlatform(options.Platform) with
        {
            Created = created,
            RootFs = new RootFs([blob.DiffId]),
            History = [new HistoryEntry(created, Comment: options.Message)],
        };
        var configBytes = ImageJson.Serialize(config);
        var manifest = new Manifest
        {
            Config = new Descriptor { MediaType = MediaTypes.OciConfig, Digest = Digest.Compute(configBytes), Size = configBytes.Length },
            Layers = [new Descriptor { MediaType = MediaTypes.OciLayer, Digest = blob.DiffId, Size = blob.Size }],
        };
        store.Blobs.Write(configBytes);
        return new ImageRecord
        {
            ManifestDigest = store.Blobs.Write(ImageJson.Serialize(manifest)),
            ConfigDigest = manifest.Config.Digest,
            Layers = [layer],
            Created = created,
            Size = blob.Size,
            Platform = options.Platform,
        };
    }
}
