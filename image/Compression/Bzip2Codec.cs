namespace SharpBuild.Image.Compression;

/// <summary>bzip2, read only: archives have it, layers have no such media type.</summary>
internal sealed class Bzip2Codec : IBlobCodec
{
    /// <inheritdoc/>
    public int HighestLevel => 0;

    public string Name => "bzip2";

    public string? MediaTypeSuffix => null;

    public string EncoderVersion => "0";

    public Stream Decompress(Stream source) => new Bzip2Decoder(source);

    public Stream Compress(Stream destination, int? level) =>
        throw new ImageException(ImageErrorCodes.Compression, "layers cannot be compressed with bzip2") { Hint = "use gzip or zstd" };
}
