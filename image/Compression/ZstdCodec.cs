namespace SharpBuild.Image.Compression;

/// <summary>
/// zstd by the system's libzstd where there is one, otherwise by SharpCompress's translation of the same code.
/// </summary>
/// <remarks>The library takes two thirds of the processor time, or less (decision 0006).</remarks>
internal sealed class ZstdCodec : IBlobCodec
{
    private readonly Lazy<IZstdLibrary> library;

    /// <summary>Uses what the system has.</summary>
    public ZstdCodec()
        : this(() => NativeZstd.IsInstalled ? new NativeZstd() : new ManagedZstd())
    {
    }

    internal ZstdCodec(Func<IZstdLibrary> choose) => library = new(choose);

    /// <inheritdoc/>
    public int HighestLevel => 22;

    public string Name => "zstd";

    public string? MediaTypeSuffix => "+zstd";

    public string EncoderVersion => library.Value.Version;

    public Stream Decompress(Stream source) => new ZstdDecoder(source, library.Value);

    public Stream Compress(Stream destination, int? level) => new ZstdEncoder(destination, library.Value, level);
}
