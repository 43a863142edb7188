using System.Collections.Immutable;
using SharpBuild.Builder.Execution;
using SharpBuild.Builder.Exporting;
using SharpBuild.Cache;
using SharpBuild.Cache.Sharing;
using SharpBuild.Image;
using SharpBuild.Parser;

namespace SharpBuild.Builder.Sharing;

/// <summary>The caches of <c>--cache-from</c>: asked when the store does not know a key. Layers are fetched when a step that runs needs them.</summary>
internal sealed class SharedCaches(EventWriter events)
{
    private readonly List<ImportedCache> caches = [];

    /// <summary>Opens them side by side; one that cannot be had is no reason not to build.</summary>
    public async Task OpenAsync(BuildOptions options, BuilderServices services, CancellationToken cancellationToken)
    {
        if (options.CacheFrom.IsEmpty)
        {
            return;
        }

        // All are checked before the first is asked for.
        var openings = options.CacheFrom.Select(option => Prepare(option, options, services)).ToList();
        foreach (var opening in await Task.WhenAll(openings.Select(open => TryAsync(open, cancellationToken))))
        {
            caches.AddRange(opening);
        }
    }

    /// <summary>The first record of a key.</summary>
    public ImportedRecord? TryGet(Digest key)
    {
        foreach (var cache in caches)
        {
            if (cache.TryGet(key) is { } record)
            {
                return record;
            }
        }

        return null;
    }

    /// <summary>The request for a cache mount; a new mount begins with the files of the first cache that has some for it.</summary>
    public async Task<CacheMountRequest> SeedAsync(CacheMountRequest request, CancellationToken cancellationToken)
    {
        foreach (var cache in caches)
        {
            try
            {
                if (await cache.SeedAsync(request, cancellationToken) is var seeded && seeded != request)
                {
                    return seeded;
                }
            }
            catch (Exception exception) when (exception is ImageException or CacheException { Code: not CacheErrorCodes.NotWritable })
            {
                Refuse(cache, exception);
            }
        }

        return request;
    }

    /// <summary>Asks a cache no more that did not hold what it promised.</summary>
    public void Refuse(ImportedCache cache, Exception reason)
    {
        if (!cache.IsRefused)
        {
            cache.Refuse();
            Warn($"the cache '{cache.Name}' is not used any more: {reason.Message}");
        }
    }

    private static Func<CancellationToken, Task<ImmutableArray<ImportedCache>>> Prepare(CacheOptions option, BuildOptions options, BuilderServices services)
    {
        var attributes = OutputAttributes.OfCache("cache source", option.Type, option.Attributes);
        var importer = new CacheImporter(services.Store);
        Func<CancellationToken, Task<ImmutableArray<ImportedCache>>> open;
        switch (option.Type)
        {
            case "registry":
                var reference = CacheDestination.ReadReference(attributes);
                open = token => importer.OpenAsync(reference, options.Platforms, services.Registry, token);
                break;
            case "local":
                var directory = Path.GetFullPath(attributes.Given("src") ?? throw CacheDestination.Missing("src", "type=local,src=DIR"));
                var tag = attributes.Given("tag") ?? CacheDestination.DefaultTag;
                Digest? digest = attributes.Given("digest") is { } text ? ReadDigest(text) : null;
                open = async token => [await importer.OpenAsync(directory, tag, digest, token)];
                break;
            default:
                throw CacheDestination.NoSuchType(option.Type, "registry and local; an inline cache is read with type=registry,ref=IMAGE");
        }

        attributes.RefuseUnknown();
        return open;
    }

    private static Digest ReadDigest(string text) => Digest.TryParse(text, out var digest)
        ? digest
        : throw new BuildException("SB0102", $"'digest={text}' of the cache source 'local' is not a digest") { Hint = "write digest=sha256:HEX, that of the cache's manifest" };

    private async Task<ImmutableArray<ImportedCache>> TryAsync(Func<CancellationToken, Task<ImmutableArray<ImportedCache>>> open, CancellationToken cancellationToken)
    {
        try
        {
            return await open(cancellationToken);
        }
        catch (ImageException exception)
        {
            Warn($"a cache cannot be used: {exception.Message}");
            return [];
        }
    }

    private void Warn(string message) => events.Warn(null, new Diagnostic(DiagnosticSeverity.Warning, BuildException.CacheNotUsed, default, message));
}
