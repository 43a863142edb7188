using System.Collections.Concurrent;
using System.Collections.Immutable;
using SharpBuild.Builder.Planning;
using SharpBuild.Cache;
using SharpBuild.Image;

namespace SharpBuild.Builder.Execution;

/// <summary>The images that a Dockerfile names: resolved before planning, their layers fetched when a step needs them.</summary>
internal sealed class BaseImages(ImagePuller puller, bool refresh) : IDisposable
{
    private readonly ConcurrentDictionary<Digest, FoundImage> found = new();
    private readonly ConcurrentDictionary<ImageKey, ResolvedImage> resolved = new();

    /// <summary>What is resolved so far.</summary>
    public ImmutableDictionary<ImageKey, ResolvedImage> Resolved => resolved.ToImmutableDictionary();

    /// <summary>Resolves an image.</summary>
    /// <exception cref="ImageException">It cannot be had.</exception>
    public async Task ResolveAsync(ImageKey key, CancellationToken cancellationToken)
    {
        var image = key.Layout is { } layout
            ? puller.Resolve(key.Reference, layout, key.Platform)
            : await puller.ResolveAsync(key.Reference, key.Platform, refresh, cancellationToken);
        found[image.ManifestDigest] = image;
        resolved[key] = new ResolvedImage(image.Reference, image.ManifestDigest, image.Config);
    }

    /// <summary>The layers of a resolved image, bottom first, in the store.</summary>
    public async Task<StepResult> FetchAsync(ResolvedImage image, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        var record = await puller.PullAsync(found[image.ManifestDigest], progress, cancellationToken);
        return new StepResult(record.Layers, record.Created);
    }

    /// <summary>The layers of a resolved image when they are all here already, else null.</summary>
    public StepResult? TryGetLocal(ResolvedImage image) =>
        found[image.ManifestDigest].Record is { } record ? new StepResult(record.Layers, record.Created) : null;

    /// <summary>Closes the layouts that images are read from.</summary>
    public void Dispose()
    {
        foreach (var image in found.Values)
        {
            (image.Blobs as IDisposable)?.Dispose();
        }
    }
}
