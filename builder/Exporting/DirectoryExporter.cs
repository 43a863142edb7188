using SharpBuild.Cache.Copying;

namespace SharpBuild.Builder.Exporting;

/// <summary>Writes the files of the image to a directory (<c>type=local</c>), where they belong to the caller.</summary>
internal sealed class DirectoryExporter : Exporter
{
    private readonly BuilderServices services;
    private readonly string directory;
    private readonly bool splits;
    private readonly bool deletesOthers;

    public DirectoryExporter(OutputOptions output, OutputAttributes attributes, BuildOptions options, BuilderServices services)
    {
        this.services = services;
        var destination = new Destination(output, services);
        if (destination.IsStandardOutput)
        {
            throw new BuildException("SB0108", "a directory cannot be written to standard output") { Hint = "give dest=DIR, or use type=tar" };
        }

        directory = destination.Path;
        splits = attributes.Flag("platform-split", fallback: options.MakesIndex);
        if (!splits && options.Platforms.Length > 1)
        {
            throw new BuildException("SB0114", "the files of several platforms in one directory would overwrite each other") { Hint = "leave platform-split=false out" };
        }

        deletesOthers = ReadMode(attributes.Text("mode"));
    }

    /// <inheritdoc/>
    public override async Task<ExportReport> ExportAsync(AssembledBuild build, CancellationToken cancellationToken)
    {
        var written = await Task.Run(() => build.Images.Select(image => Write(image, cancellationToken)).ToList(), cancellationToken);
        var skipped = written.Sum(static tree => tree.Skipped);
        var note = skipped > 0 ? $" ({skipped} devices left out: only root makes them)" : "";
        var place = splits && build.Images is [var only] ? Path.Join(directory, DirectoryOf(only.Platform)) : directory;
        return new($"{written.Sum(static tree => tree.Files)} files in {place}{note}");
    }

    private TreeExportResult Write(AssembledImage image, CancellationToken cancellationToken)
    {
        using var tree = services.Store.Layers.OpenMerged(image.Record.Layers);
        var place = splits ? Path.Join(directory, DirectoryOf(image.Platform)) : directory;
        return TreeExporter.Export(tree, place, new() { DeletesOthers = deletesOthers, Time = Assembly.Epoch }, cancellationToken);
    }

    private static bool ReadMode(string? mode) => mode switch
    {
        null or "copy" => false,
        "delete" => true,
        _ => throw new BuildException("SB0110", $"'{mode}' is not a mode of the output 'local'") { Hint = "use mode=copy, which keeps other files, or mode=delete, which removes them" },
    };
}
