using System.Collections.Immutable;
using SharpBuild.Cache;
using SharpBuild.Image;
using SharpBuild.Image.Layouts;

namespace SharpBuild.Builder.Exporting;

/// <summary>Writes the image into a file: an OCI layout, as a tar or a directory (<c>type=oci</c>), or what <c>docker load</c> reads (<c>type=docker</c>).</summary>
internal sealed class ArchiveExporter : Exporter
{
    private const string CreatedAnnotation = "org.opencontainers.image.created";

    private readonly BuilderServices services;
    private readonly Destination destination;
    private readonly bool isDocker;
    private readonly bool isDirectory;
    private readonly LayerCompression compression;

    public ArchiveExporter(OutputOptions output, OutputAttributes attributes, BuildOptions options, BuilderServices services)
    {
        this.services = services;
        isDocker = output.Type == "docker";
        isDirectory = !attributes.Flag("tar", fallback: true);
        destination = new Destination(output, services);
        compression = attributes.Compression();
        Names = [.. options.Tags.Concat(attributes.Names()).Distinct()];
        if (isDirectory && (isDocker || destination.IsStandardOutput))
        {
            throw new BuildException("SB0108", isDocker ? "an output of type docker is always a tar" : "a directory cannot be written to standard output")
            {
                Hint = isDocker ? "use type=oci,tar=false for a directory" : "give dest=DIR, or leave tar=false out",
            };
        }
    }

    /// <inheritdoc/>
    public override ImmutableArray<ImageReference> Names { get; }

    /// <inheritdoc/>
    public override async Task<ExportReport> ExportAsync(AssembledBuild build, CancellationToken cancellationToken)
    {
        var published = await Publication.PrepareAsync(build, services.Store, compression, cancellationToken);
        var layout = new LayoutImage(published.Descriptor with { Annotations = Annotate(published.Descriptor, build) }, Names);
        await WriteAsync([layout], cancellationToken);
        return new($"{(isDocker ? "docker archive" : isDirectory ? "OCI layout" : "OCI archive")} {destination}", published.IndexDigest);
    }

    // The time is the image's own, so that two builds of the same thing give the same archive.
    private static ImmutableSortedDictionary<string, string>? Annotate(Descriptor descriptor, AssembledBuild build) => build.Created is { } created
        ? (descriptor.Annotations ?? ImmutableSortedDictionary<string, string>.Empty).SetItem(CreatedAnnotation, created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null))
        : descriptor.Annotations;

    private Task WriteAsync(LayoutImage[] images, CancellationToken cancellationToken)
    {
        var blobs = services.Store.Blobs;
        return isDirectory
            ? OciLayoutWriter.WriteDirectoryAsync(images, blobs, destination.Path, cancellationToken)
            : destination.WriteAsync(stream => isDocker
                ? DockerArchiveWriter.WriteAsync(images, blobs, stream, cancellationToken)
                : OciLayoutWriter.WriteTarAsync(images, blobs, stream, cancellationToken), cancellationToken);
    }
}
