using System.Text;
using SharpBuild.Linux;

namespace SharpBuild.Image.Tar;

/// <summary>A member of a tar: what its headers say. Names are bytes, because tars and the kernel have no encoding.</summary>
public sealed class TarEntry
{
    private const int LongestPath = 1024;
    private const int LongestShown = 100;

    /// <summary>What it is.</summary>
    public TarEntryKind Kind { get; set; } = TarEntryKind.File;

    /// <summary>The path as it stands in the tar.</summary>
    public ReadOnlyMemory<byte> Path { get; set; }

    /// <summary>Where a link leads.</summary>
    public ReadOnlyMemory<byte> LinkTarget { get; set; }

    /// <summary>The twelve permission bits.</summary>
    public int Mode { get; set; }

    /// <summary>The owner.</summary>
    public uint Uid { get; set; }

    /// <summary>The group.</summary>
    public uint Gid { get; set; }

    /// <summary>The size of the file as it will be; of a sparse file, holes included.</summary>
    public long Size { get; set; }

    /// <summary>The last change of the content.</summary>
    public FileTime Modified { get; set; }

    /// <summary>The major number of a device.</summary>
    public uint DeviceMajor { get; set; }

    /// <summary>The minor number of a device.</summary>
    public uint DeviceMinor { get; set; }

    /// <summary>The extended attributes, null for none.</summary>
    public IReadOnlyList<TarAttribute>? Attributes { get; set; }

    /// <summary>Where the data of a sparse file goes, ascending; null for an ordinary file.</summary>
    public IReadOnlyList<SparseExtent>? Sparse { get; set; }

    /// <summary>The path as text.</summary>
    public string DisplayPath => Encoding.UTF8.GetString(Path.Span);

    /// <summary>The path for messages: its beginning, where it is longer than any place could have. A tar may hold a megabyte of it.</summary>
    public string ShownPath => Show(Path.Span);

    /// <summary>As <see cref="ShownPath"/>, for some other path of a tar.</summary>
    public static string Show(ReadOnlySpan<byte> path) =>
        path.Length <= LongestPath ? Encoding.UTF8.GetString(path) : Encoding.UTF8.GetString(path[..LongestShown]) + "…";
}

/// <summary>An extended attribute.</summary>
/// <param name="Name">The name, such as <c>security.capability</c>.</param>
/// <param name="Value">The value: bytes, not text.</param>
public readonly record struct TarAttribute(byte[] Name, byte[] Value);

/// <summary>A part of a sparse file that holds data.</summary>
/// <param name="Offset">Where in the file.</param>
/// <param name="Length">How many bytes.</param>
public readonly record struct SparseExtent(long Offset, long Length);
