using System.Globalization;

namespace SharpBuild.Image.Tar;

/// <summary>Reads tars of every common dialect: v7, ustar, PAX, GNU (long names, sparse files, base-256 numbers). Bounded memory, whatever the input; damaged input is an <see cref="ImageException"/>.</summary>
/// <param name="source">The tar, not compressed. Stays open.</param>
/// <param name="cancellationToken">Gives up. Heeded at every read, because what is passed over may unpack to terabytes.</param>
public sealed class TarReader(Stream source, CancellationToken cancellationToken)
{
    private const int MaximumExtension = 1 << 20; // PAX headers and long names; Go's limit, too
    private const int MaximumExtents = 1 << 18;

    private readonly byte[] buffer = new byte[128 * 1024];
    private int start;
    private int end;
    private long remaining; // stored data of the current entry that was not handed out
    private int padding;
    private bool isFinished;
    private long filled; // all that was ever read from the source

    /// <summary>How many entries were returned.</summary>
    public int EntryCount { get; private set; }

    /// <summary>How far the reader is in the tar: right after <see cref="Next"/>, where the entry's data begins.</summary>
    public long Position => filled - (end - start);

    /// <summary>The next entry, null at the end of the tar. What was left of the last one's data is skipped.</summary>
    /// <exception cref="ImageException">The tar is damaged.</exception>
    public TarEntry? Next()
    {
        SkipData();
        var extension = new TarExtension();
        while (!isFinished && ReadHeader() is { Length: > 0 } header)
        {
            if (ReadExtension(header, extension))
            {
                continue;
            }

            EntryCount++;
            return ReadEntry(header, extension);
        }

        isFinished = true;
        return null;
    }

    /// <summary>The next piece of the current entry's data as stored (a sparse file's extents, one after another); empty at its end. Valid until the next call.</summary>
    /// <exception cref="ImageException">The tar ends too early.</exception>
    public ReadOnlySpan<byte> ReadData(int maximum = int.MaxValue)
    {
        if (remaining == 0)
        {
            return default;
        }

        if (start == end)
        {
            Fill(1);
        }

        var length = (int)Math.Min(Math.Min(end - start, maximum), remaining);
        var piece = buffer.AsSpan(start, length);
        start += length;
        remaining -= length;
        return piece;
    }

    /// <summary>Reads what follows the tar's end (padding), so that the source was read to its end.</summary>
    public void Drain()
    {
        start = end = 0;
        while (ReadSource(0) > 0)
        {
        }
    }

    internal static ImageException Damaged(string message) => new(ImageErrorCodes.InvalidTar, $"the tar is damaged: {message}");

    private void SkipData()
    {
        while (remaining > 0)
        {
            ReadData();
        }

        while (padding > 0)
        {
            if (start == end && !TryFill(1))
            {
                // A last block that is not filled up does no harm.
                padding = 0;
                return;
            }

            var length = Math.Min(padding, end - start);
            start += length;
            padding -= length;
        }
    }

    private ReadOnlySpan<byte> ReadHeader()
    {
        var header = ReadBlock();
        if (header.IsEmpty || header.ContainsAnyExcept((byte)0))
        {
            return CheckSum(header);
        }

        // One empty block is tolerated only as the end: it must be the last, or be followed by another.
        var second = ReadBlock();
        return second.IsEmpty || !second.ContainsAnyExcept((byte)0) ? default : throw Damaged("an empty block is followed by more entries");
    }

    private ReadOnlySpan<byte> CheckSum(ReadOnlySpan<byte> header)
    {
        if (header.IsEmpty)
        {
            return header;
        }

        var sum = TarFormat.SumOf(header);
        return TarFormat.TryReadNumber(header[TarFormat.Checksum], out var stated) && (stated == sum.Unsigned || stated == sum.Signed)
            ? header
            : throw DamagedHeader("a header's checksum is wrong");
    }

    // If not even the first block is a header, the file was never a tar.
    private ImageException DamagedHeader(string message) =>
        EntryCount == 0 && Position <= TarFormat.BlockSize ? new(ImageErrorCodes.InvalidTar, "this is not a tar archive") : Damaged(message);

    // Empty only at the very end of the source.
    private ReadOnlySpan<byte> ReadBlock()
    {
        if (end - start < TarFormat.BlockSize && !TryFill(TarFormat.BlockSize))
        {
            return end == start ? default : throw DamagedHeader("it ends within a header");
        }

        var block = buffer.AsSpan(start, TarFormat.BlockSize);
        start += TarFormat.BlockSize;
        return block;
    }

    // Headers that say something about the entry that follows. True when this was one.
    private bool ReadExtension(ReadOnlySpan<byte> header, TarExtension extension)
    {
        switch (header[TarFormat.TypeFlag])
        {
            case TarFormat.PaxHeader:
                extension.ReadPax(ReadWhole(header));
                return true;
            case TarFormat.GnuLongName:
                extension.Path = TarFormat.ReadText(ReadWhole(header)).ToArray();
                return true;
            case TarFormat.GnuLongLink:
                extension.LinkTarget = TarFormat.ReadText(ReadWhole(header)).ToArray();
                return true;
            case TarFormat.PaxGlobalHeader or TarFormat.GnuVolumeLabel:
                // Says nothing about files (git writes a commit here); containerd passes over it, too.
                ReadWhole(header);
                return true;
            default:
                return false;
        }
    }

    private byte[] ReadWhole(ReadOnlySpan<byte> header)
    {
        var size = ReadNumber(header[TarFormat.Size], "size");
        if (size is < 0 or > MaximumExtension)
        {
            throw Damaged($"an extended header of {size.ToString(CultureInfo.InvariantCulture)} bytes");
        }

        remaining = size;
        padding = TarFormat.Padding(size);
        var whole = new byte[size];
        for (var at = 0; at < whole.Length;)
        {
            var piece = ReadData();
            piece.CopyTo(whole.AsSpan(at));
            at += piece.Length;
        }

        SkipData();
        return whole;
    }

    private TarEntry ReadEntry(ReadOnlySpan<byte> header, TarExtension extension)
    {
        var flag = header[TarFormat.TypeFlag];
        var entry = new TarEntry
        {
            Path = extension.Path ?? ReadPath(header),
            LinkTarget = extension.LinkTarget ?? TarFormat.ReadText(header[TarFormat.LinkName]).ToArray(),
            Mode = (int)ReadNumber(header[TarFormat.Mode], "mode") & 0xFFF,
            Uid = extension.Uid ?? ReadId(header[TarFormat.Uid], "uid"),
            Gid = extension.Gid ?? ReadId(header[TarFormat.Gid], "gid"),
            Modified = extension.Modified ?? new(ReadNumber(header[TarFormat.Modified], "mtime"), 0),
            Attributes = extension.Attributes,
        };
        entry.Kind = ReadKind(flag, entry.Path.Span);
        if (entry.Kind is TarEntryKind.CharacterDevice or TarEntryKind.BlockDevice)
        {
            entry.DeviceMajor = ReadId(header[TarFormat.DeviceMajor], "device");
            entry.DeviceMinor = ReadId(header[TarFormat.DeviceMinor], "device");
        }

        // Links, devices and directories have no data, whatever their size says (old writers state the target's); GNU's D has.
        var size = extension.Size ?? ReadNumber(header[TarFormat.Size], "size");
        remaining = entry.Kind == TarEntryKind.File || flag == TarFormat.GnuDirectoryListing ? size : 0;
        padding = TarFormat.Padding(remaining);
        if (size < 0)
        {
            throw Damaged($"'{entry.ShownPath}' has a negative size");
        }

        entry.Size = entry.Kind == TarEntryKind.File ? remaining : 0;
        ReadSparse(header, entry, extension);
        return entry;
    }

    private static TarEntryKind ReadKind(byte flag, ReadOnlySpan<byte> path) => flag switch
    {
        0 or (byte)'0' when path.EndsWith("/"u8) => TarEntryKind.Directory, // v7 had no flag for directories
        0 or (byte)'0' or (byte)'7' or TarFormat.GnuSparse => TarEntryKind.File,
        >= (byte)'1' and <= (byte)'6' => (TarEntryKind)flag,
        TarFormat.GnuDirectoryListing => TarEntryKind.Directory,
        _ => throw Damaged($"'{TarEntry.Show(path)}' is of the unknown type '{(char)flag}'"),
    };

    private static byte[] ReadPath(ReadOnlySpan<byte> header)
    {
        var name = TarFormat.ReadText(header[TarFormat.Name]);

        // GNU keeps other things where ustar has the prefix.
        var prefix = header[TarFormat.Magic].SequenceEqual(TarFormat.PosixMagic) ? TarFormat.ReadText(header[TarFormat.Prefix]) : default;
        return prefix.IsEmpty ? name.ToArray() : [.. prefix, (byte)'/', .. name];
    }

    private void ReadSparse(ReadOnlySpan<byte> header, TarEntry entry, TarExtension extension)
    {
        if (header[TarFormat.TypeFlag] == TarFormat.GnuSparse)
        {
            ReadOldSparse(header, entry);
        }
        else if (extension.Sparse is { } sparse && entry.Kind == TarEntryKind.File)
        {
            entry.Path = sparse.Name ?? entry.Path;
            entry.Sparse = sparse.Major == 1 ? ReadSparseMap() : sparse.Extents;
            entry.Size = sparse.RealSize ?? entry.Size;
        }

        if (entry.Sparse is not null)
        {
            CheckExtents(entry);
        }
    }

    // GNU's old form: four extents in the header, 21 in each further block.
    private void ReadOldSparse(ReadOnlySpan<byte> header, TarEntry entry)
    {
        var extents = new List<SparseExtent>();
        entry.Sparse = extents;
        entry.Size = ReadNumber(header[483..495], "size");
        AddExtents(header[386..482], extents);
        var isExtended = header[482] != 0;
        while (isExtended)
        {
            var block = ReadBlock();
            if (block.IsEmpty)
            {
                throw Damaged("it ends within a sparse map");
            }

            AddExtents(block[..504], extents);
            isExtended = block[504] != 0;
        }
    }

    private static void AddExtents(ReadOnlySpan<byte> fields, List<SparseExtent> extents)
    {
        for (; fields.Length >= 24; fields = fields[24..])
        {
            if (fields[0] == 0)
            {
                break;
            }

            AddExtent(extents, new(ReadNumber(fields[..12], "sparse map"), ReadNumber(fields[12..24], "sparse map")));
        }
    }

    internal static void AddExtent(List<SparseExtent> extents, SparseExtent extent)
    {
        if (extents.Count >= MaximumExtents)
        {
            throw Damaged("a sparse map with too many parts");
        }

        extents.Add(extent);
    }

    // PAX 1.0: the map stands before the data, as decimal lines, filled up to a block.
    private List<SparseExtent> ReadSparseMap()
    {
        var before = remaining;
        var extents = new List<SparseExtent>();
        var count = ReadDecimalLine();
        for (var i = 0L; i < count; i++)
        {
            AddExtent(extents, new(ReadDecimalLine(), ReadDecimalLine()));
        }

        for (var rest = TarFormat.Padding(before - remaining); rest > 0;)
        {
            var piece = ReadData(rest);
            rest -= piece.IsEmpty ? throw Damaged("it ends within a sparse map") : piece.Length;
        }

        return extents;
    }

    private long ReadDecimalLine()
    {
        var value = 0L;
        for (var digits = 0; ; digits++)
        {
            var piece = ReadData(1);
            if (piece is [(byte)'\n'] && digits > 0)
            {
                return value;
            }

            if (piece is not [>= (byte)'0' and <= (byte)'9'] || digits > 18)
            {
                throw Damaged("a sparse map is not made of numbers");
            }

            value = (value * 10) + (piece[0] - '0');
        }
    }

    private void CheckExtents(TarEntry entry)
    {
        var position = 0L;
        var stored = 0L;
        foreach (var extent in entry.Sparse!)
        {
            if (extent.Offset < position || extent.Length < 0 || extent.Length > entry.Size - extent.Offset)
            {
                throw Damaged($"the sparse map of '{entry.ShownPath}' does not fit the file");
            }

            position = extent.Offset + extent.Length;
            stored += extent.Length;
        }

        if (stored != remaining)
        {
            throw Damaged($"the sparse map of '{entry.ShownPath}' does not fit its data");
        }
    }

    private static uint ReadId(ReadOnlySpan<byte> field, string what) => ReadNumber(field, what) switch
    {
        >= 0 and <= uint.MaxValue and var id => (uint)id,
        var other => throw Damaged($"{what} {other.ToString(CultureInfo.InvariantCulture)} is out of range"),
    };

    private static long ReadNumber(ReadOnlySpan<byte> field, string what) =>
        TarFormat.TryReadNumber(field, out var value) ? value : throw Damaged($"a header's {what} is not a number");

    private void Fill(int minimum)
    {
        if (!TryFill(minimum))
        {
            throw Damaged("it ends too early");
        }
    }

    private bool TryFill(int minimum)
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        while (end < minimum)
        {
            var length = ReadSource(end);
            if (length == 0)
            {
                return false;
            }

            end += length;
            filled += length;
        }

        return true;
    }

    private int ReadSource(int offset)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return source.Read(buffer, offset, buffer.Length - offset);
    }
}
