using System.Collections.Immutable;
using SharpBuild.Cache;
using SharpBuild.Image;

namespace SharpBuild.Builder.Exporting;

/// <summary>Keeps the image in the local store under its names, and pushes it when asked.</summary>
internal sealed class StoreExporter : Exporter
{
    private readonly BuilderServices services;
    private readonly bool pushes;
    private readonly bool pushesByDigest;
    private readonly LayerCompression compression;

    public StoreExporter(OutputAttributes attributes, BuildOptions options, BuilderServices services, bool pushes)
    {
        (this.services, this.pushes) = (services, pushes);
        compression = attributes.Compression();
        pushesByDigest = attributes.Flag("push-by-digest");
        Names = [.. options.Tags, .. attributes.Names()];
        if (pushes && Names.IsEmpty)
        {
            throw new BuildException("SB0105", "an image cannot be pushed without a name") { Hint = "name it with -t registry/repository:tag" };
        }
    }

    /// <inheritdoc/>
    public override ImmutableArray<ImageReference> Names { get; }

    /// <inheritdoc/>
    public override async Task<string> ExportAsync(AssembledImage image, CancellationToken cancellationToken)
    {
        if (Names.IsEmpty)
        {
            services.Store.Images.Add(image.Record);
        }

        foreach (var name in Names)
        {
            services.Store.Images.Tag(name, image.Record);
        }

        return pushes ? await PushAsync(image, cancellationToken) : $"image {image.Record.ConfigDigest}";
    }

    private async Task<string> PushAsync(AssembledImage image, CancellationToken cancellationToken)
    {
        var publisher = new ImagePublisher(services.Store);
        var published = await publisher.PrepareAsync(image.Record, compression, cancellationToken);
        foreach (var name in Names)
        {
            // Without a tag the registry keeps it under its digest alone.
            var target = pushesByDigest ? ImageReference.Parse($"{name.Name}@{published.Descriptor.Digest}") : name;
            await publisher.PushAsync(published, target, services.Registry, cancellationToken);
        }

        return $"pushed {published.Descriptor.Digest}";
    }
}
