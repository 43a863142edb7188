using SharpBuild.Cache.Copying;

namespace SharpBuild.Builder.Exporting;

/// <summary>Writes the files of the image to a directory (<c>type=local</c>), where they belong to the caller.</summary>
internal sealed class DirectoryExporter : Exporter
{
    private readonly BuilderServices services;
    private readonly string directory;
    private readonly bool deletesOthers;

    public DirectoryExporter(OutputOptions output, OutputAttributes attributes, BuildOptions options, BuilderServices services)
    {
        this.services = services;
        var destination = new Destination(output, services);
        if (destination.IsStandardOutput)
        {
            throw new BuildException("SB0108", "a directory cannot be written to standard output") { Hint = "give dest=DIR, or use type=tar" };
        }

        // BuildKit splits by platform when there are several; of one only on demand.
        directory = attributes.Flag("platform-split") ? Path.Join(destination.Path, options.Platform.ToString().Replace('/', '_')) : destination.Path;
        deletesOthers = ReadMode(attributes.Text("mode"));
    }

    /// <inheritdoc/>
    public override async Task<string> ExportAsync(AssembledImage image, CancellationToken cancellationToken)
    {
        var written = await Task.Run(() => Write(image, cancellationToken), cancellationToken);
        var skipped = written.Skipped > 0 ? $" ({written.Skipped} devices left out: only root makes them)" : "";
        return $"{written.Files} files in {directory}{skipped}";
    }

    private TreeExportResult Write(AssembledImage image, CancellationToken cancellationToken)
    {
        using var tree = services.Store.Layers.OpenMerged(image.Record.Layers);
        return TreeExporter.Export(tree, directory, new() { DeletesOthers = deletesOthers, Time = Assembly.Epoch }, cancellationToken);
    }

    private static bool ReadMode(string? mode) => mode switch
    {
        null or "copy" => false,
        "delete" => true,
        _ => throw new BuildException("SB0110", $"'{mode}' is not a mode of the output 'local'") { Hint = "use mode=copy, which keeps other files, or mode=delete, which removes them" },
    };
}
