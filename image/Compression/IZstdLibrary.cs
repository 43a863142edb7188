namespace SharpBuild.Image.Compression;

/// <summary>
/// The functions of zstd that are used here. Stateless and thread-safe; a context belongs to one stream.
/// </summary>
internal unsafe interface IZstdLibrary
{
    /// <summary>Changes whenever the compressed bytes may.</summary>
    string Version { get; }

    /// <summary>Makes a context for decompression.</summary>
    nint CreateDecoder();

    /// <summary>Releases it.</summary>
    void FreeDecoder(nint context);

    /// <summary>Decompresses some. Returns 0 at the end of a frame, otherwise a hint or an error.</summary>
    nuint Decompress(nint context, ZstdBuffer* output, ZstdBuffer* input);

    /// <summary>Makes a context for compression.</summary>
    nint CreateEncoder();

    /// <summary>Releases it.</summary>
    void FreeEncoder(nint context);

    /// <summary>Sets a parameter.</summary>
    nuint SetParameter(nint context, int parameter, int value);

    /// <summary>Compresses some. Returns how much has to be flushed yet, or an error.</summary>
    nuint Compress(nint context, ZstdBuffer* output, ZstdBuffer* input, int directive);

    /// <summary>The error that a result stands for; null when it is none.</summary>
    string? ErrorOf(nuint result);
}
