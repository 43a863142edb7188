using System.Collections.Immutable;
using System.Text.Json;
using SharpBuild.Builder.Execution;
using SharpBuild.Builder.Planning;
using SharpBuild.Cache;
using SharpBuild.Cache.Sharing;
using SharpBuild.Image;

namespace SharpBuild.Builder.Exporting;

/// <summary>Makes config and manifest of a finished build. The result depends on the layers, the Dockerfile and the times of its steps only.</summary>
internal sealed class ImageAssembler(Store store, AssemblyOptions options)
{
    /// <summary>Assembles the image and keeps its config and manifest in the store.</summary>
    public async Task<AssembledImage> AssembleAsync(FinishedPlan plan, Func<Step, StepStatus> statusOf, StepResult target, SharedCache? inline, CancellationToken cancellationToken)
    {
        var layers = await RewriteTimesAsync(plan, target.Layers, cancellationToken);
        var blobs = await Task.WhenAll(layers.Select(layer => store.Layers.GetDiffIdAsync(layer, cancellationToken)));
        var history = FillTimes(plan, statusOf);
        var config = plan.Config with
        {
            RootFs = new RootFs([.. blobs.Select(b => b.DiffId)]),
            History = history,
            Created = history.LastOrDefault(h => h.Created is not null)?.Created,
            Unknown = inline is null ? plan.Config.Unknown : WithCache(plan.Config.Unknown, inline),
        };
        var configBytes = ImageJson.Serialize(config);
        var isDocker = options.UsesDockerTypes;
        var manifest = new Manifest
        {
            MediaType = isDocker ? MediaTypes.DockerManifest : MediaTypes.OciManifest,
            Config = new Descriptor { MediaType = isDocker ? MediaTypes.DockerConfig : MediaTypes.OciConfig, Digest = Digest.Compute(configBytes), Size = configBytes.Length },
            Layers = [.. blobs.Select(b => new Descriptor { MediaType = isDocker ? MediaTypes.DockerLayer : MediaTypes.OciLayer, Digest = b.DiffId, Size = b.Size })],
            Annotations = options.For(AnnotationTarget.Manifest, plan.Platform),
        };
        var manifestBytes = ImageJson.Serialize(manifest);
        store.Blobs.Write(configBytes);
        var digest = store.Blobs.Write(manifestBytes);
        var record = new ImageRecord
        {
            ManifestDigest = digest,
            ConfigDigest = manifest.Config.Digest,
            Layers = layers,
            Created = config.Created ?? DateTimeOffset.UnixEpoch,
            Size = blobs.Sum(b => b.Size),
            Platform = config.Platform,
        };
        return new AssembledImage(plan.Platform, config, new Descriptor
        {
            MediaType = manifest.MediaType,
            Digest = digest,
            Size = manifestBytes.Length,
            Platform = plan.Platform,
            Annotations = options.For(AnnotationTarget.ManifestDescriptor, plan.Platform),
        }, record);
    }

    // The base image's layers stay what others know them by.
    private async Task<ImmutableArray<LayerId>> RewriteTimesAsync(FinishedPlan plan, ImmutableArray<LayerId> layers, CancellationToken cancellationToken)
    {
        if (options is not { RewritesTimes: true, Epoch: { } epoch })
        {
            return layers;
        }

        var inherited = plan.BaseConfig?.RootFs.DiffIds.Length ?? 0;
        var result = layers[..inherited];
        foreach (var layer in layers[inherited..])
        {
            result = result.Add(await store.Layers.RewriteTimesAsync(layer, result, epoch, cancellationToken));
        }

        return result;
    }

    private static UnknownMembers WithCache(UnknownMembers members, SharedCache cache)
    {
        using var document = JsonDocument.Parse(SharedCacheJson.Write(cache));
        var others = members.Members.Where(member => member.Key != SharedCache.InlineMember);
        return UnknownMembers.Of([.. others, new(SharedCache.InlineMember, document.RootElement.Clone())]);
    }

    // As BuildKit (exporter/containerimage/writer.go): a layer's entry has the layer's time; an entry without a layer has that
    // of the layer before it, or, above the base image's own entries, of the first new layer.
    private ImmutableArray<HistoryEntry> FillTimes(FinishedPlan plan, Func<Step, StepStatus> statusOf)
    {
        var inherited = plan.BaseConfig?.History.Length ?? 0;
        var times = TimesOf(plan, statusOf);
        var current = times.TryPeek(out var first) ? first : LastTime(plan.BaseConfig);
        var filled = plan.Config.History.ToBuilder();
        for (var i = inherited; i < filled.Count; i++)
        {
            current = filled[i].EmptyLayer ? current : times.Dequeue();
            filled[i] = filled[i] with { Created = current };
        }

        return filled.ToImmutable();
    }

    // A step whose record is gone is not made again when the one above it is found: nobody knows its time any more, but it was no later.
    private Queue<DateTimeOffset> TimesOf(FinishedPlan plan, Func<Step, StepStatus> statusOf)
    {
        var times = new Stack<DateTimeOffset>(plan.Layers.Length);
        foreach (var step in plan.Layers.Reverse())
        {
            times.Push(statusOf(step).Result is { } result ? Clamp(result.Created) : times.Peek());
        }

        return new(times);
    }

    private DateTimeOffset? LastTime(ImageConfig? baseConfig) =>
        baseConfig?.History.LastOrDefault(h => h.Created is not null)?.Created is { } time ? Clamp(time) : options.Epoch;

    private DateTimeOffset Clamp(DateTimeOffset time) => options.Epoch is { } epoch && epoch < time ? epoch : time;
}
