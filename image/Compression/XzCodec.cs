using SharpBuild.Image.Compression.Xz;

namespace SharpBuild.Image.Compression;

/// <summary>xz, read only: archives have it, layers have no such media type.</summary>
internal sealed class XzCodec : IBlobCodec
{
    /// <inheritdoc/>
    public int HighestLevel => 0;

    public string Name => "xz";

    public string? MediaTypeSuffix => null;

    public string EncoderVersion => "0";

    public Stream Decompress(Stream source) => new XzDecoder(source);

    public Stream Compress(Stream destination, int? level) =>
        throw new ImageException(ImageErrorCodes.Compression, "layers cannot be compressed with xz") { Hint = "use gzip or zstd" };
}
