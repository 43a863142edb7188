using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Image.Layers;

/// <summary>Turns a layer directory (an overlay upper directory) into a reproducible tar.</summary>
public static class LayerWriter
{
    /// <summary>Writes the tar.</summary>
    public static void Write(SafeFileHandle layerDirectory, Stream destination, LayerWriterOptions options, CancellationToken cancellationToken) =>
        throw new NotSupportedException("in progress");

    /// <summary>Writes the tar and hashes it in the same pass.</summary>
    public static LayerDigest WriteMeasured(SafeFileHandle layerDirectory, Stream destination, LayerWriterOptions options, CancellationToken cancellationToken) =>
        throw new NotSupportedException("in progress");

    /// <summary>The digest and size of the tar, without writing it anywhere.</summary>
    public static LayerDigest Measure(SafeFileHandle layerDirectory, LayerWriterOptions options, CancellationToken cancellationToken) =>
        throw new NotSupportedException("in progress");
}
