using System.Collections.Immutable;
using SharpBuild.Image;

namespace SharpBuild.Builder.Exporting;

/// <summary>Writes a finished image to one place.</summary>
internal abstract class Exporter
{
    /// <summary>What it wants the image to be.</summary>
    public AssemblyOptions Assembly { get; private set; } = new(null, false, []);

    /// <summary>The names that the image gets there.</summary>
    public virtual ImmutableArray<ImageReference> Names => [];

    /// <summary>Makes the exporter of an output.</summary>
    /// <exception cref="BuildException">The output makes no sense.</exception>
    public static Exporter Create(OutputOptions output, BuildOptions options, BuilderServices services)
    {
        var attributes = new OutputAttributes(output);
        var exporter = Choose(output, attributes, options, services);
        exporter.Assembly = output.Type is "local" or "tar" ? new(attributes.Epoch(options), RewritesTimes: false, []) : attributes.Assembly(options);
        attributes.RefuseUnknown();
        exporter.Assembly.Check(options);
        return exporter;
    }

    /// <summary>Writes what was built.</summary>
    public abstract Task<ExportReport> ExportAsync(AssembledBuild build, CancellationToken cancellationToken);

    /// <summary>The name of the directory that a platform's files go into, as BuildKit calls it.</summary>
    protected static string DirectoryOf(Platform platform) => platform.ToString().Replace('/', '_');

    private static Exporter Choose(OutputOptions output, OutputAttributes attributes, BuildOptions options, BuilderServices services) => output.Type switch
    {
        "image" => new StoreExporter(attributes, options, services, pushes: attributes.Flag("push")),
        "registry" => new StoreExporter(attributes, options, services, pushes: true),
        "docker" when output.Destination is null => new StoreExporter(attributes, options, services, pushes: false),
        "docker" or "oci" => new ArchiveExporter(output, attributes, options, services),
        "local" => new DirectoryExporter(output, attributes, options, services),
        "tar" => new TarExporter(output, services),
        _ => throw new BuildException("SB0101", $"'{output.Type}' is not a type of output") { Hint = "use image, registry, docker, oci, local or tar" },
    };
}
