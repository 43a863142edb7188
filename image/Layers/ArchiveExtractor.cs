using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Image.Layers;

/// <summary>Unpacks local archives as ADD does.</summary>
public static class ArchiveExtractor
{
    /// <summary>Whether the content is a tar, plain or compressed. The position is restored.</summary>
    public static bool IsArchive(Stream seekable) => throw new NotSupportedException("in progress");

    /// <summary>Unpacks below <paramref name="destination"/> in <paramref name="root"/>.</summary>
    public static void Extract(Stream archive, SafeFileHandle root, string destination, ArchiveExtractionOptions options, CancellationToken cancellationToken) =>
        throw new NotSupportedException("in progress");
}
