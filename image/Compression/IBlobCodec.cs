namespace SharpBuild.Image.Compression;

/// <summary>A compression that layers or archives may have. Stateless and thread-safe.</summary>
public interface IBlobCodec
{
    /// <summary>
    /// The name that options use: <c>gzip</c>, <c>zstd</c>, <c>xz</c>, <c>bzip2</c>, <c>uncompressed</c>.
    /// </summary>
    string Name { get; }

    /// <summary>
    /// What follows the media type of an OCI layer, such as <c>+gzip</c>; null when layers cannot have it.
    /// </summary>
    string? MediaTypeSuffix { get; }

    /// <summary>
    /// Changes whenever the same input may give other bytes; part of the key under which compressed blobs are
    /// remembered.
    /// </summary>
    string EncoderVersion { get; }

    /// <summary>The highest level that <see cref="Compress"/> takes; the lowest is 0.</summary>
    int HighestLevel { get; }

    /// <summary>Reads <paramref name="source"/> decompressed. Disposing the result disposes the source.</summary>
    /// <exception cref="ImageException">While reading: the data is damaged.</exception>
    Stream Decompress(Stream source);

    /// <summary>
    /// Writes compressed to <paramref name="destination"/>, which stays open; disposing the result ends the compressed
    /// data.
    /// </summary>
    /// <param name="destination">Where to.</param>
    /// <param name="level">The level in the codec's own scale, null for the default.</param>
    Stream Compress(Stream destination, int? level);
}
