namespace SharpBuild.Image.Compression;

/// <summary>The compressions that are known, by name and by content.</summary>
public static class Codecs
{
    /// <summary>How many bytes <see cref="Sniff"/> wants to see.</summary>
    public const int SniffLength = 6;

    /// <summary>No compression.</summary>
    public static IBlobCodec Uncompressed { get; } = new UncompressedCodec();

    /// <summary>gzip: what every registry and engine reads.</summary>
    public static IBlobCodec Gzip { get; } = new GzipCodec();

    /// <summary>zstd, by the system's libzstd where there is one.</summary>
    public static IBlobCodec Zstd { get; } = new ZstdCodec();

    /// <summary>xz, read only.</summary>
    public static IBlobCodec Xz { get; } = new XzCodec();

    /// <summary>bzip2, read only.</summary>
    public static IBlobCodec Bzip2 { get; } = new Bzip2Codec();

    /// <summary>The codec that options name so, null when there is none.</summary>
    public static IBlobCodec? TryGet(string name) => name switch
    {
        "uncompressed" or "none" => Uncompressed,
        "gzip" => Gzip,
        "zstd" => Zstd,
        "xz" => Xz,
        "bzip2" => Bzip2,
        _ => null,
    };

    /// <summary>
    /// The codec that <paramref name="head"/> begins as, <see cref="Uncompressed"/> when it is none of the others.
    /// </summary>
    public static IBlobCodec Sniff(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B, 0x08]) ? Gzip
        : head.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) || IsSkippableFrame(head) ? Zstd
        : head.StartsWith((ReadOnlySpan<byte>)[0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) ? Xz
        : head.StartsWith("BZh"u8) && head.Length > 3 && head[3] is >= (byte)'1' and <= (byte)'9' ? Bzip2
        : Uncompressed;

    /// <summary>
    /// Reads <paramref name="source"/> decompressed by whatever it begins as, whatever its media type says. Disposing
    /// the result disposes the source.
    /// </summary>
    /// <param name="source">The data.</param>
    /// <param name="cancellationToken">Ends every read of the result, even one for which the decoder reads on and
    /// on.</param>
    public static Stream Decompress(Stream source, CancellationToken cancellationToken)
    {
        var head = new byte[SniffLength];
        var length = source.ReadAtLeast(head, SniffLength, throwOnEndOfStream: false);
        var whole = new PrefixedStream(head.AsMemory(0, length), new CancellableStream(source, cancellationToken));
        return new CancellableStream(Sniff(head.AsSpan(0, length)).Decompress(whole), cancellationToken);
    }

    // zstd may begin with a frame for other programs (zstd:chunked, seekable zstd).
    private static bool IsSkippableFrame(ReadOnlySpan<byte> head) =>
        head is [>= 0x50 and <= 0x5F, 0x2A, 0x4D, 0x18, ..];
}
