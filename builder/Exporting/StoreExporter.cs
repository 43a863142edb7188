using System.Collections.Immutable;
using SharpBuild.Cache;
using SharpBuild.Image;

namespace SharpBuild.Builder.Exporting;

/// <summary>Keeps the image in the local store under its names, and pushes it when asked; an index is pushed only.</summary>
internal sealed class StoreExporter : Exporter
{
    private readonly BuilderServices services;
    private readonly bool pushes;
    private readonly bool pushesByDigest;
    private readonly LayerCompression compression;

    public StoreExporter(OutputAttributes attributes, BuildOptions options, BuilderServices services, bool pushes)
    {
        if (!pushes && options.MakesIndex)
        {
            throw OneImageOnly("the local store");
        }

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
    public override async Task<ExportReport> ExportAsync(AssembledBuild build, CancellationToken cancellationToken)
    {
        if (build is { Index: null, Images: [var image] })
        {
            Keep(image.Record);
            return pushes ? await PushAsync(build, cancellationToken) : new($"image {image.Record.ConfigDigest}");
        }

        return await PushAsync(build, cancellationToken);
    }

    private void Keep(ImageRecord image)
    {
        if (Names.IsEmpty)
        {
            services.Store.Images.Add(image);
        }

        foreach (var name in Names)
        {
            services.Store.Images.Tag(name, image);
        }
    }

    private async Task<ExportReport> PushAsync(AssembledBuild build, CancellationToken cancellationToken)
    {
        var published = await Publication.PrepareAsync(build, services.Store, compression, cancellationToken);
        var digest = published.Descriptor.Digest;
        foreach (var name in Names)
        {
            // Without a tag the registry keeps it under its digest alone.
            var target = pushesByDigest ? ImageReference.Parse($"{name.Name}@{digest}") : name;
            await published.PushAsync(target, services.Registry, cancellationToken);
        }

        return new($"pushed {digest}", published.IndexDigest);
    }
}
