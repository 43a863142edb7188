using SharpBuild.Image.Layers;

namespace SharpBuild.Builder.Exporting;

/// <summary>Writes the files of the image as one tar (<c>type=tar</c>), owners and all.</summary>
internal sealed class TarExporter(OutputOptions output, BuilderServices services) : Exporter
{
    private readonly Destination destination = new(output, services);

    /// <inheritdoc/>
    public override async Task<ExportReport> ExportAsync(AssembledBuild build, CancellationToken cancellationToken)
    {
        await destination.WriteAsync(stream => Task.Run(() => Write(build, stream, cancellationToken), cancellationToken), cancellationToken);
        return new($"tar {destination}");
    }

    // In the merged tree there are no whiteouts any more, so it is written as a layer that holds everything.
    private void Write(AssembledBuild build, Stream stream, CancellationToken cancellationToken)
    {
        var options = LayerWriterOptions.Default with { Time = Assembly.Epoch };
        if (build is { Index: null, Images: [var image] })
        {
            using var tree = services.Store.Layers.OpenMerged(image.Record.Layers);
            LayerWriter.Write(tree, stream, options, cancellationToken);
        }
        else
        {
            LayerWriter.WriteAll(Open(build), stream, options, cancellationToken);
        }
    }

    private IEnumerable<LayerTree> Open(AssembledBuild build)
    {
        foreach (var image in build.Images)
        {
            using var tree = services.Store.Layers.OpenMerged(image.Record.Layers);
            yield return new(DirectoryOf(image.Platform), tree);
        }
    }
}
