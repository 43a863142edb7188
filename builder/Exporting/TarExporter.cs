using SharpBuild.Image.Layers;

namespace SharpBuild.Builder.Exporting;

/// <summary>Writes the files of the image as one tar (<c>type=tar</c>), owners and all.</summary>
internal sealed class TarExporter(OutputOptions output, BuilderServices services) : Exporter
{
    private readonly Destination destination = new(output, services);

    /// <inheritdoc/>
    public override async Task<string> ExportAsync(AssembledImage image, CancellationToken cancellationToken)
    {
        // In the merged tree there are no whiteouts any more, so it is written as a layer that holds everything.
        var layerOptions = LayerWriterOptions.Default with { Time = Assembly.Epoch };
        await destination.WriteAsync(stream => Task.Run(
            () =>
            {
                using var tree = services.Store.Layers.OpenMerged(image.Record.Layers);
                LayerWriter.Write(tree, stream, layerOptions, cancellationToken);
            },
            cancellationToken));
        return $"tar {destination}";
    }
}
