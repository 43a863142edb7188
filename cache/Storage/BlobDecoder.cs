using System.IO.Compression;
using SharpBuild.Image;

namespace SharpBuild.Cache.Storage;

/// <summary>Reads layer blobs decompressed, by media type.</summary>
internal static class BlobDecoder
{
    /// <summary>The tar in a layer blob. Disposing the result disposes <paramref name="blob"/>.</summary>
    public static Stream Open(Stream blob, Descriptor descriptor)
    {
        var type = descriptor.MediaType;
        return type.EndsWith("tar", StringComparison.Ordinal) ? blob
            : type.EndsWith("gzip", StringComparison.Ordinal) ? new GZipStream(blob, CompressionMode.Decompress)
            : throw new ImageException(ImageErrorCodes.Compression, $"layer {descriptor.Digest} has media type '{type}', which this version cannot decompress")
            {
                Subject = descriptor.Digest.ToString(),
                Hint = "use an image whose layers are compressed with gzip",
            };
    }
}
