using System.Globalization;
using SharpCompress.Compressors.ZStandard.Unsafe;

namespace SharpBuild.Image.Compression;

/// <summary>
/// zstd by SharpCompress, which has libzstd's code in C#: the same functions, the same limits and the same errors.
/// </summary>
internal sealed unsafe class ManagedZstd : IZstdLibrary
{
    /// <inheritdoc/>
    /// <remarks>Told apart from the library's: another compiler may round differently somewhere.</remarks>
    public string Version => $"managed-{Methods.ZSTD_versionNumber().ToString(CultureInfo.InvariantCulture)}";

    public nint CreateDecoder() => (nint)Methods.ZSTD_createDCtx();

    public void FreeDecoder(nint context) => Methods.ZSTD_freeDCtx((ZSTD_DCtx_s*)context);

    public nuint Decompress(nint context, ZstdBuffer* output, ZstdBuffer* input) =>
        Methods.ZSTD_decompressStream((ZSTD_DCtx_s*)context, (ZSTD_outBuffer_s*)output, (ZSTD_inBuffer_s*)input);

    public nint CreateEncoder() => (nint)Methods.ZSTD_createCCtx();

    public void FreeEncoder(nint context) => Methods.ZSTD_freeCCtx((ZSTD_CCtx_s*)context);

    public nuint SetParameter(nint context, int parameter, int value) =>
        Methods.ZSTD_CCtx_setParameter((ZSTD_CCtx_s*)context, (ZSTD_cParameter)parameter, value);

    public nuint Compress(nint context, ZstdBuffer* output, ZstdBuffer* input, int directive) =>
        Methods.ZSTD_compressStream2(
            (ZSTD_CCtx_s*)context, (ZSTD_outBuffer_s*)output, (ZSTD_inBuffer_s*)input, (ZSTD_EndDirective)directive);

    public string? ErrorOf(nuint result) => Methods.ZSTD_isError(result) ? Methods.ZSTD_getErrorName(result) : null;
}
