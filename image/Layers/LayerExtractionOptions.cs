using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Image.Layers;

/// <summary>How a layer's tar becomes an overlay layer directory.</summary>
public sealed record LayerExtractionOptions
{
    /// <summary>As root on a host, with nothing below.</summary>
    public static readonly LayerExtractionOptions Default = new();

    /// <summary>Whether overlayfs reads its marks from <c>user.overlay.*</c>, as in a user namespace, instead of <c>trusted.overlay.*</c>.</summary>
    public bool UserXattr { get; init; }

    /// <summary>The merged tree of the layers below: parents that the tar leaves out take mode and owner from there, hard links may lead there. Null for the bottom layer.</summary>
    public SafeFileHandle? Lower { get; init; }

    /// <summary>The largest sum of file sizes that is accepted, against archives that unpack to more than a disk.</summary>
    public long MaximumBytes { get; init; } = 1L << 40;

    /// <summary>Hears of what could not be kept (an attribute, a device in a user namespace), once for each kind.</summary>
    public Action<string>? Notice { get; init; }
}
