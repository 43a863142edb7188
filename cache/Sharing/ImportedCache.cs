using System.Collections.Immutable;
using SharpBuild.Image;

namespace SharpBuild.Cache.Sharing;

/// <summary>A shared cache that was found somewhere: its records are known, its layers come when somebody needs them. Thread-safe.</summary>
public sealed class ImportedCache
{
    private readonly Store store;
    private readonly SharedCache cache;
    private readonly IBlobSource source;
    private readonly Dictionary<Digest, SharedRecord> records;

    /// <summary>Wraps a cache.</summary>
    /// <param name="store">Where layers are brought to.</param>
    /// <param name="name">Where it was found, for messages.</param>
    /// <param name="cache">What it holds; each layer with its blob.</param>
    /// <param name="source">Where the blobs are read.</param>
    public ImportedCache(Store store, string name, SharedCache cache, IBlobSource source)
    {
        ArgumentNullException.ThrowIfNull(cache);
        (this.store, Name, this.cache, this.source) = (store, name, cache, source);
        records = new(cache.Records.Length);
        foreach (var record in cache.Records)
        {
            records.TryAdd(record.Key, record);
        }
    }

    /// <summary>Where it was found.</summary>
    public string Name { get; }

    /// <summary>Whether it was caught promising what it has not; it answers nothing any more.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>The record of a key.</summary>
    public ImportedRecord? TryGet(Digest key)
    {
        if (IsRefused || !records.TryGetValue(key, out var record))
        {
            return null;
        }

        var diffIds = record.Layers.Select(place => cache.Layers[place].DiffId).ToImmutableArray();
        return new(this, record, diffIds, LayerStore.ChainIds(diffIds));
    }

    /// <summary>
    /// The request for a cache mount, such that a new one begins with the files that this cache has for it; the request as it is when
    /// the store has the mount already, or this cache does not.
    /// </summary>
    /// <exception cref="ImageException">The files cannot be had.</exception>
    /// <exception cref="CacheException">They arrived with other bytes.</exception>
    public async Task<CacheMountRequest> SeedAsync(CacheMountRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (IsRefused || request.Reset || cache.Mounts.IsEmpty || store.CacheMounts.Exists(request))
        {
            return request;
        }

        var name = store.CacheMounts.NameOf(request);
        if (cache.Mounts.FirstOrDefault(mount => mount.Name == name) is not { Blob: var blob })
        {
            return request;
        }

        await store.Layers.FetchAsync(blob, source, null, cancellationToken);
        return request with
        {
            Seed = directory =>
            {
                using var tar = store.Blobs.OpenRead(blob.Digest);
                CacheMountStore.Fill(directory, tar, store.Layers.UserXattr, cancellationToken);
            },
        };
    }

    /// <summary>Answers nothing from now on.</summary>
    public void Refuse() => IsRefused = true;

    /// <summary>Brings the layers of a record here, those that are missing; digests and sizes are checked on arrival. Then the record is one of the store's own.</summary>
    /// <exception cref="ImageException">A blob cannot be had, or is not what the cache says.</exception>
    /// <exception cref="CacheException">A blob arrived with other bytes, or the store cannot be written.</exception>
    internal async Task<ImmutableArray<LayerId>> FetchAsync(ImportedRecord record, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        var manifest = new Manifest
        {
            Config = new Descriptor { MediaType = SharedCache.ConfigType, Digest = record.Shared.Key, Size = 0 },
            Layers = [.. record.Shared.Layers.Select(place => cache.Layers[place].Blob ?? throw new System.Diagnostics.UnreachableException("a layer without its blob"))],
        };
        var config = ImageConfig.ForPlatform(Platform.Host) with { RootFs = new(record.DiffIds) };
        var layers = await store.Layers.ImportAsync(manifest, config, source, progress, cancellationToken);
        store.Records.Put(new BuildRecord(record.Shared.Key, layers, record.Shared.Created, record.Shared.Description, []) { Facts = record.Shared.Facts });
        return layers;
    }
}

/// <summary>A record of an imported cache.</summary>
/// <param name="Cache">Where it was found.</param>
/// <param name="Shared">What it says.</param>
/// <param name="DiffIds">What its layers contain.</param>
/// <param name="Layers">The names that its layers have in the store once they are here.</param>
public sealed record ImportedRecord(ImportedCache Cache, SharedRecord Shared, ImmutableArray<Digest> DiffIds, ImmutableArray<LayerId> Layers)
{
    /// <summary>Brings the layers here; see <see cref="ImportedCache"/>.</summary>
    public Task<ImmutableArray<LayerId>> FetchAsync(IProgress<ImportProgress>? progress, CancellationToken cancellationToken) =>
        Cache.FetchAsync(this, progress, cancellationToken);
}
