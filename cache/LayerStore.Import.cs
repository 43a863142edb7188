using System.Collections.Immutable;
using SharpBuild.Image;

namespace SharpBuild.Cache;

/// <content>Layers that come with an image.</content>
public sealed partial class LayerStore
{
    /// <summary>
    /// Brings the layers of an image into the store: fetched in parallel, extracted in order, every digest checked. A layer that is
    /// there already is not fetched; two processes that import the same layer do it once. The compressed blobs stay in the store.
    /// </summary>
    /// <param name="manifest">The image's manifest.</param>
    /// <param name="config">The image's config; its diff ids name the layers.</param>
    /// <param name="source">Where the blobs are read.</param>
    /// <param name="progress">Hears how far it is; may be null.</param>
    /// <param name="cancellationToken">Stops it; what is complete stays.</param>
    /// <returns>The snapshot, bottom first.</returns>
    public Task<ImmutableArray<LayerId>> ImportAsync(
        Manifest manifest, ImageConfig config, IBlobSource source, IProgress<ImportProgress>? progress, CancellationToken cancellationToken) =>
        throw new NotSupportedException("in progress");
}
