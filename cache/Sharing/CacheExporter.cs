using System.Collections.Immutable;
using SharpBuild.Image;

namespace SharpBuild.Cache.Sharing;

/// <summary>Gives build records the form in which they leave the store: an artifact manifest with their layers, compressed, as its layers.</summary>
/// <param name="store">The store.</param>
public sealed class CacheExporter(Store store)
{
    /// <summary>Compresses what is not yet, side by side, and writes config and manifest to the content store. <see cref="ImagePublisher.PushAsync"/> sends it like any image.</summary>
    /// <param name="records">The records; all their layers are here.</param>
    /// <param name="compression">How layers are compressed.</param>
    /// <param name="wantsMount">Which cache mounts go along.</param>
    /// <param name="cancellationToken">Stops compressing.</param>
    public async Task<PublishedImage> PrepareAsync(
        IReadOnlyCollection<BuildRecord> records, LayerCompression compression, Func<CacheMountInfo, bool> wantsMount, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        var ids = records.SelectMany(record => record.Layers).Distinct().ToArray();
        var layers = await Task.WhenAll(ids.Select(id => CompressAsync(id, compression, cancellationToken)));
        var cache = Collect(records, ids.Zip(layers).ToDictionary(pair => pair.First, pair => pair.Second)) with { Mounts = [.. ExportMounts(wantsMount, compression, cancellationToken)] };
        var config = SharedCacheJson.Write(cache);
        var manifest = new Manifest
        {
            ArtifactType = SharedCache.ArtifactType,
            Config = new Descriptor { MediaType = SharedCache.ConfigType, Digest = store.Blobs.Write(config), Size = config.Length },
            Layers = [.. cache.Layers.Select(layer => layer.Blob!).Concat(cache.Mounts.Select(mount => mount.Blob)).DistinctBy(blob => blob.Digest)],
        };
        var bytes = ImageJson.Serialize(manifest);
        return new(manifest, bytes, new Descriptor { MediaType = MediaTypes.OciManifest, Digest = store.Blobs.Write(bytes), Size = bytes.Length });
    }

    /// <summary>The records of an image, to travel in its own config: layers by diff id alone.</summary>
    public async Task<SharedCache> CollectInlineAsync(IReadOnlyCollection<BuildRecord> records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        var layers = new Dictionary<LayerId, SharedLayer>();
        foreach (var id in records.SelectMany(record => record.Layers).Distinct())
        {
            layers[id] = new((await store.Layers.GetDiffIdAsync(id, cancellationToken)).DiffId, null);
        }

        return Collect(records, layers);
    }

    private IEnumerable<SharedMount> ExportMounts(Func<CacheMountInfo, bool> wants, LayerCompression compression, CancellationToken cancellationToken)
    {
        foreach (var mount in store.CacheMounts.List().Where(wants).OrderBy(mount => mount.Path, StringComparer.Ordinal))
        {
            if (store.CacheMounts.TryExport(mount, store.Blobs, compression.Codec, compression.Level, store.Layers.TarOptions, cancellationToken) is { } blob)
            {
                yield return new(Path.GetFileName(mount.Path), mount.Id, blob);
            }
        }
    }

    private static SharedCache Collect(IReadOnlyCollection<BuildRecord> records, Dictionary<LayerId, SharedLayer> layers)
    {
        // Two layers with the same content, made apart, are one here.
        var places = new Dictionary<Digest, int>();
        var list = ImmutableArray.CreateBuilder<SharedLayer>();
        var shared = ImmutableArray.CreateBuilder<SharedRecord>();
        foreach (var record in records.DistinctBy(record => record.Key).OrderBy(record => record.Key.Hex, StringComparer.Ordinal))
        {
            var chain = ImmutableArray.CreateBuilder<int>(record.Layers.Length);
            foreach (var id in record.Layers)
            {
                var layer = layers[id];
                if (!places.TryGetValue(layer.DiffId, out var place))
                {
                    places[layer.DiffId] = place = list.Count;
                    list.Add(layer);
                }

                chain.Add(place);
            }

            shared.Add(new(record.Key, chain.MoveToImmutable(), record.Created, record.Description) { Facts = record.Facts });
        }

        return new(list.ToImmutable(), shared.ToImmutable());
    }

    private async Task<SharedLayer> CompressAsync(LayerId id, LayerCompression compression, CancellationToken cancellationToken)
    {
        var tar = await store.Layers.GetDiffIdAsync(id, cancellationToken);
        var blob = (compression.IsForced ? null : store.Layers.GetImportedBlob(id)) ?? await store.Layers.GetCompressedAsync(id, compression.Codec, compression.Level, cancellationToken);
        return new(tar.DiffId, blob);
    }
}
