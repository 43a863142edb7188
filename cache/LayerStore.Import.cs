using System.Collections.Immutable;
using SharpBuild.Cache.Storage;
using SharpBuild.Image;
using SharpBuild.Image.Compression;
using SharpBuild.Image.Layers;
using SharpBuild.Linux;

namespace SharpBuild.Cache;

/// <content>Layers that come with an image.</content>
public sealed partial class LayerStore
{
    /// <summary>The most layers that a snapshot can have.</summary>
    internal const int MostLayers = DetachedMounts.MaximumLowers;

    private const int ParallelFetches = 4;

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
    /// <exception cref="ImageException">The image is not what its digests say, or cannot be fetched.</exception>
    public async Task<ImmutableArray<LayerId>> ImportAsync(
        Manifest manifest, ImageConfig config, IBlobSource source, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(config);
        var diffIds = config.RootFs.DiffIds;
        if (manifest.Layers.Length != diffIds.Length)
        {
            throw new ImageException(
                ImageErrorCodes.InvalidManifest, $"the manifest has {manifest.Layers.Length} layers, but its config names {diffIds.Length}")
            {
                Subject = manifest.Config.Digest.ToString(),
            };
        }

        if (diffIds.Length > MostLayers)
        {
            throw new ImageException(ImageErrorCodes.LimitExceeded, $"the image has {diffIds.Length} layers; overlayfs takes {DetachedMounts.MaximumLowers}")
            {
                Subject = manifest.Config.Digest.ToString(),
                Hint = "use an image with fewer layers",
            };
        }

        var chain = ChainIds(diffIds);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var slots = new SemaphoreSlim(ParallelFetches);
        var fetches = StartFetches(manifest, chain, source, progress, slots, stopping.Token);
        try
        {
            for (var i = 0; i < chain.Length; i++)
            {
                await ImportLayerAsync(chain, i, new(manifest.Layers[i], diffIds[i], source, progress), fetches[i], cancellationToken);
            }

            return chain;
        }
        finally
        {
            // The fetches use the slots: none may outlive this call, whatever went wrong in another.
            await stopping.CancelAsync();
            await Task.WhenAll(fetches.Select(fetch => fetch.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default)));
        }
    }

    /// <summary>The names that the layers of an image get: OCI's chain ids, which cover all layers below.</summary>
    internal static ImmutableArray<LayerId> ChainIds(ImmutableArray<Digest> diffIds)
    {
        var result = ImmutableArray.CreateBuilder<LayerId>(diffIds.Length);
        Digest? chain = null;
        foreach (var diffId in diffIds)
        {
            chain = chain is { } below ? Digest.Compute(System.Text.Encoding.ASCII.GetBytes($"{below} {diffId}")) : diffId;

            // The hexadecimal digits of any algorithm make a name.
            result.Add(LayerId.Parse(chain.Value.Hex));
        }

        return result.MoveToImmutable();
    }

    private Task[] StartFetches(
        Manifest manifest, ImmutableArray<LayerId> chain, IBlobSource source, IProgress<ImportProgress>? progress, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        var fetches = new Task[chain.Length];
        for (var i = 0; i < chain.Length; i++)
        {
            fetches[i] = Claim(chain[i]) ? Task.CompletedTask : FetchAsync(manifest.Layers[i], source, progress, slots, cancellationToken);
        }

        return fetches;
    }

    private async Task FetchAsync(Descriptor blob, IBlobSource source, IProgress<ImportProgress>? progress, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        await slots.WaitAsync(cancellationToken);
        try
        {
            await FetchAsync(blob, source, progress, cancellationToken);
        }
        finally
        {
            slots.Release();
        }
    }

    /// <summary>Brings a blob here, unless it is; digest and size are checked.</summary>
    internal async Task FetchAsync(Descriptor blob, IBlobSource source, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        using var held = await locks.AcquireAsync("blob " + blob.Digest, cancellationToken);
        if (blobs.Claim(blob.Digest) == blob.Size)
        {
            return;
        }

        using var writer = blobs.BeginWrite();
        using var stream = await source.OpenAsync(blob, cancellationToken);
        using var disk = Descriptors.Open(paths.Blobs, OpenFlags.ReadOnly | OpenFlags.Directory);
        var reserve = new DiskReserve(disk, $"blob {blob.Digest}");
        reserve.Take(blob.Size);
        var buffer = new byte[256 * 1024];
        long done = 0;
        for (int count; (count = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            done += count;
            if (done > blob.Size)
            {
                throw new ImageException(ImageErrorCodes.SizeMismatch, $"{blob.Digest} arrived with more than the {blob.Size} bytes that were announced") { Subject = blob.Digest.ToString() };
            }

            reserve.Take(count);
            await writer.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            progress?.Report(new(blob.Digest, ImportStage.Fetching, done, blob.Size));
        }

        await writer.CommitAsync(blob.Digest, blob.Size);
    }

    private async Task ImportLayerAsync(ImmutableArray<LayerId> chain, int index, LayerImport import, Task fetch, CancellationToken cancellationToken)
    {
        var stage = ImportStage.Present;
        if (!Claim(chain[index]))
        {
            // Fetched before the lock is asked for: who holds it waits for nobody, so there is no circle.
            await fetch;
            using var held = await locks.AcquireAsync("layer " + chain[index], cancellationToken);
            if (!Claim(chain[index]))
            {
                import.Progress?.Report(new(import.Blob.Digest, ImportStage.Extracting, 0, import.Blob.Size));
                await ExtractAsync(chain, index, import, cancellationToken);
                stage = ImportStage.Complete;
            }
        }

        import.Progress?.Report(new(import.Blob.Digest, stage, import.Blob.Size, import.Blob.Size));
    }

    private async Task ExtractAsync(ImmutableArray<LayerId> chain, int index, LayerImport import, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(() => Extract(chain, index, import, cancellationToken), cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException && !blobs.IsIntact(import.Blob.Digest))
        {
            // The blob was in the store already, and a power loss or the disk has damaged it: fetch it once more.
            await RefetchAsync(import, cancellationToken);
            await Task.Run(() => Extract(chain, index, import, cancellationToken), cancellationToken);
        }
    }

    // Looked at once more under the lock: another process may have fetched it anew, and be reading it.
    private async Task RefetchAsync(LayerImport import, CancellationToken cancellationToken)
    {
        using (await locks.AcquireAsync("blob " + import.Blob.Digest, cancellationToken))
        {
            if (!blobs.IsIntact(import.Blob.Digest))
            {
                blobs.Remove(import.Blob.Digest);
            }
        }

        await FetchAsync(import.Blob, import.Source, import.Progress, cancellationToken);
    }

    private void Extract(ImmutableArray<LayerId> chain, int index, LayerImport import, CancellationToken cancellationToken)
    {
        var below = chain[..index];
        using var draft = new LayerDraft(this, session.NewPath(), below);
        LayerContent content;
        using (var directory = draft.OpenUpper())
        using (var lower = draft.OpenLower())
        using (var blob = blobs.OpenRead(import.Blob.Digest))
        {
            using var tar = Codecs.Decompress(blob, cancellationToken);
            content = LayerExtractor.Extract(tar, directory, new() { UserXattr = UserXattr, Lower = lower }, cancellationToken);
        }

        if (content.DiffId != import.DiffId)
        {
            throw new ImageException(ImageErrorCodes.DigestMismatch, $"layer {import.Blob.Digest} holds a tar with digest {content.DiffId}, not {import.DiffId} as the image's config says")
            {
                Subject = import.Blob.Digest.ToString(),
                Hint = "pull the image again; if it happens again, the image is damaged where it comes from",
            };
        }

        // What a power loss left behind may still have the name.
        Remove(chain[index]);
        Publish(draft, chain[index], new LayerFacts(marks.Now()) { Tar = new(content.DiffId, content.TarSize), Source = import.Blob });
    }

    private readonly record struct LayerImport(Descriptor Blob, Digest DiffId, IBlobSource Source, IProgress<ImportProgress>? Progress);
}
