using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Image.Layers;

/// <summary>Turns a layer's tar into an overlay layer directory. The tar is hostile until proven otherwise: nothing is made outside the directory.</summary>
public static class LayerExtractor
{
    /// <summary>Extracts an uncompressed tar.</summary>
    public static LayerContent Extract(Stream tar, SafeFileHandle layerDirectory, LayerExtractionOptions options, CancellationToken cancellationToken) =>
        throw new NotSupportedException("in progress");
}
