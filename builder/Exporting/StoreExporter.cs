using System.Collections.Immutable;
using SharpBuild.Cache;
using SharpBuild.Image;
using SharpBuild.Image.Registry;

namespace SharpBuild.Builder.Exporting;

/// <summary>Keeps the image, or the index of images, in the local store under its names, and pushes it when asked.</summary>
internal sealed class StoreExporter : Exporter
{
    private readonly BuilderServices services;
    private readonly OutputNames names;
    private readonly bool pushes;
    private readonly bool pushesByDigest;
    private readonly bool isInsecure;
    private readonly bool keeps;
    private readonly LayerCompression compression;

    public StoreExporter(OutputAttributes attributes, BuildOptions options, BuilderServices services, bool pushes)
    {
        this.services = services;
        compression = attributes.Compression();
        pushesByDigest = attributes.Flag("push-by-digest");
        this.pushes = pushes;
        isInsecure = attributes.Flag("registry.insecure");
        keeps = attributes.Flag("store", fallback: true);
        names = new OutputNames(attributes, options);
        if (!attributes.Flag("unpack", fallback: true))
        {
            throw new BuildException("SB0117", "an image of the store is always unpacked") { Hint = "leave unpack=false out, or use store=false to keep no image at all" };
        }

        if (keeps && options.Platforms.FirstOrDefault(platform => platform.Os != "linux") is { } foreign)
        {
            throw new BuildException("SB0118", $"the store cannot keep an image for {foreign}: the operating system is not supported")
            {
                Hint = "write it elsewhere with -o type=oci,dest=FILE, or push it with -o type=registry,store=false",
            };
        }

        if (pushes && names.IsEmpty)
        {
            throw new BuildException("SB0105", "an image cannot be pushed without a name") { Hint = "name it with -t registry/repository:tag" };
        }
    }

    /// <inheritdoc/>
    public override ImmutableArray<ImageReference> Names => names.Given;

    /// <inheritdoc/>
    public override async Task<ExportReport> ExportAsync(AssembledBuild build, CancellationToken cancellationToken)
    {
        var published = pushes ? await Publication.PrepareAsync(build, services.Store, compression, cancellationToken) : null;
        var digest = published?.Descriptor.Digest ?? build.Images[0].Record.ManifestDigest;
        if (keeps)
        {
            var image = Store(build);
            digest = published is null ? image.Digest : digest;
            Keep(image, digest);
        }

        if (published is null)
        {
            return keeps ? new($"image {Id(build, digest)}", build.Index is null ? null : digest) : new("nothing but the cache", null);
        }

        await PushAsync(published, digest, cancellationToken);
        return new($"pushed {digest}", published.IndexDigest);
    }

    private static Digest Id(AssembledBuild build, Digest digest) => build.Index is null ? build.Images[0].Record.ConfigDigest : digest;

    private StoredImage Store(AssembledBuild build)
    {
        if (build.Index is not { } index)
        {
            return StoredImage.Of(build.Images[0].Record);
        }

        var images = build.Images.Select(static image => (image.Record, image.Manifest)).ToList();
        return StoredIndex.Make(services.Store, images, index.Template);
    }

    private void Keep(StoredImage image, Digest digest)
    {
        var kept = names.Kept(digest);
        if (kept.IsEmpty)
        {
            services.Store.Images.Add(image);
        }

        foreach (var name in kept)
        {
            services.Store.Images.Tag(name, image);
        }
    }

    private async Task PushAsync(Publication published, Digest digest, CancellationToken cancellationToken)
    {
        foreach (var name in names.Pushed(digest))
        {
            // Without a tag the registry keeps it under its digest alone.
            var target = pushesByDigest ? ImageReference.Parse($"{name.Name}@{digest}") : name;
            using var permitted = isInsecure ? Permit(target.Registry) : null;
            await published.PushAsync(target, permitted ?? services.Registry, cancellationToken);
        }
    }

    private RegistryClient Permit(string registry)
    {
        var options = services.Registry.Options;
        return new(options with { InsecureRegistries = options.InsecureRegistries.Add(registry) });
    }
}
