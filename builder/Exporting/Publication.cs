using System.Collections.Immutable;
using SharpBuild.Cache;
using SharpBuild.Image;
using SharpBuild.Image.Registry;

namespace SharpBuild.Builder.Exporting;

/// <summary>A build in the form in which it leaves: images with compressed layers, and their index if there is one.</summary>
internal sealed class Publication
{
    private readonly ImagePublisher publisher;
    private readonly PublishedImage first;
    private readonly PublishedIndex? index;

    private Publication(ImagePublisher publisher, PublishedImage first, PublishedIndex? index) =>
        (this.publisher, this.first, this.index) = (publisher, first, index);

    /// <summary>Points at the index, or else at the only manifest; with annotations, which a layout has a place for.</summary>
    public Descriptor Descriptor => index?.Descriptor ?? first.Descriptor;

    /// <summary>The digest of the index, if there is one.</summary>
    public Digest? IndexDigest => index?.Descriptor.Digest;

    /// <summary>Compresses what is not compressed yet and writes manifests and index to the store's blobs.</summary>
    public static async Task<Publication> PrepareAsync(AssembledBuild build, Store store, LayerCompression compression, CancellationToken cancellationToken)
    {
        var maker = new ImagePublisher(store);
        var images = await Task.WhenAll(build.Images.Select(image => PrepareAsync(image, maker, compression, cancellationToken)));
        return new(maker, images[0], build.Index is { } wanted ? Combine([.. images], wanted, maker) : null);
    }

    /// <summary>Sends it to the registry of a name.</summary>
    /// <exception cref="ImageException">The registry refused.</exception>
    public Task PushAsync(ImageReference name, RegistryClient registry, CancellationToken cancellationToken) => index is null
        ? publisher.PushAsync(first, name, registry, cancellationToken)
        : publisher.PushIndexAsync(index, name, registry, cancellationToken);

    private static PublishedIndex Combine(ImmutableArray<PublishedImage> images, AssembledIndex wanted, ImagePublisher maker)
    {
        var made = maker.Combine(images, wanted.Template);
        return made with { Descriptor = made.Descriptor with { Annotations = wanted.DescriptorAnnotations } };
    }

    private static async Task<PublishedImage> PrepareAsync(AssembledImage image, ImagePublisher maker, LayerCompression compression, CancellationToken cancellationToken)
    {
        var published = await maker.PrepareAsync(image.Record, compression, cancellationToken);
        return published with { Descriptor = published.Descriptor with { Platform = image.Platform, Annotations = image.Manifest.Annotations } };
    }
}
