using System.Runtime.InteropServices;

namespace SharpBuild.Image.Compression;

/// <summary>zstd by libzstd.so.1.</summary>
/// <remarks>
/// The imports ask for <c>SetLastError</c>, which the library does not set: without it the generator forwards to a
/// plain <c>DllImport</c>, which is banned.
/// </remarks>
internal sealed unsafe partial class NativeZstd : IZstdLibrary
{
    private const string Library = "libzstd.so.1";

    /// <summary>Whether the system has the library, in a version with all functions that are called here.</summary>
    public static bool IsInstalled
    {
        get
        {
            const uint oldest = 10400;
            try
            {
                return ZSTD_versionNumber() >= oldest;
            }
            catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
            {
                return false;
            }
        }
    }

    /// <inheritdoc/>
    public string Version => ZSTD_versionNumber().ToString(System.Globalization.CultureInfo.InvariantCulture);

    public nint CreateDecoder() => ZSTD_createDCtx();

    public void FreeDecoder(nint context) => ZSTD_freeDCtx(context);

    public nuint Decompress(nint context, ZstdBuffer* output, ZstdBuffer* input) =>
        ZSTD_decompressStream(context, output, input);

    public nint CreateEncoder() => ZSTD_createCCtx();

    public void FreeEncoder(nint context) => ZSTD_freeCCtx(context);

    public nuint SetParameter(nint context, int parameter, int value) =>
        ZSTD_CCtx_setParameter(context, parameter, value);

    public nuint Compress(nint context, ZstdBuffer* output, ZstdBuffer* input, int directive) =>
        ZSTD_compressStream2(context, output, input, directive);

    public string? ErrorOf(nuint result) =>
        ZSTD_isError(result) == 0 ? null : Marshal.PtrToStringUTF8(ZSTD_getErrorName(result));

    [LibraryImport(Library, SetLastError = true)]
    private static partial uint ZSTD_versionNumber();

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint ZSTD_createDCtx();

    [LibraryImport(Library, SetLastError = true)]
    private static partial nuint ZSTD_freeDCtx(nint context);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nuint ZSTD_decompressStream(nint context, ZstdBuffer* output, ZstdBuffer* input);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint ZSTD_createCCtx();

    [LibraryImport(Library, SetLastError = true)]
    private static partial nuint ZSTD_freeCCtx(nint context);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nuint ZSTD_CCtx_setParameter(nint context, int parameter, int value);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nuint ZSTD_compressStream2(nint context, ZstdBuffer* output, ZstdBuffer* input, int directive);

    [LibraryImport(Library, SetLastError = true)]
    private static partial uint ZSTD_isError(nuint result);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint ZSTD_getErrorName(nuint result);
}
