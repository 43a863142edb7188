using System.Runtime.InteropServices;

namespace SharpBuild.Image.Compression;

/// <summary><c>ZSTD_inBuffer</c> and <c>ZSTD_outBuffer</c> of zstd.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ZstdBuffer
{
    /// <summary>The bytes.</summary>
    public byte* Data;

    /// <summary>How many.</summary>
    public nuint Size;

    /// <summary>How many of them are used.</summary>
    public nuint Position;
}
