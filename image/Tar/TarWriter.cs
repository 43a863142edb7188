using System.Buffers;
using System.Globalization;
using System.Text;
using SharpBuild.Linux;

namespace SharpBuild.Image.Tar;

/// <summary>Writes tars: ustar headers, and a PAX header before an entry that needs more than ustar can say. The bytes are those of Go's <c>archive/tar</c>, so that a layer has the digest that BuildKit would give it.</summary>
/// <param name="output">Where the bytes go.</param>
public sealed class TarWriter(IBufferWriter<byte> output)
{
    private readonly SortedDictionary<string, byte[]> records = new(StringComparer.Ordinal);

    /// <summary>Writes the headers of an entry; for a file, exactly <see cref="TarEntry.Size"/> bytes of data follow by the caller, then <see cref="WritePadding"/>.</summary>
    /// <exception cref="ImageException">A number is too large for the format.</exception>
    public void WriteHeader(TarEntry entry)
    {
        var path = entry.Path.Span;
        records.Clear();
        CollectNumbers(entry);
        CollectAttributes(entry);
        if (!FitsField(entry.LinkTarget.Span))
        {
            records["linkpath"] = entry.LinkTarget.ToArray();
        }

        // A long name is split over two fields only when nothing else asks for a PAX header, as Go has it.
        var split = 0;
        if (!FitsField(path))
        {
            split = records.Count == 0 ? FindSplit(path) : 0;
            if (split == 0)
            {
                records["path"] = path.ToArray();
            }
        }

        if (records.Count > 0)
        {
            WritePaxHeader(path);
        }

        WriteUstar(entry, split);
    }

    /// <summary>Fills the last block after <paramref name="size"/> bytes of data.</summary>
    public void WritePadding(long size)
    {
        var padding = TarFormat.Padding(size);
        if (padding > 0)
        {
            output.GetSpan(padding)[..padding].Clear();
            output.Advance(padding);
        }
    }

    /// <summary>Writes a whole small file.</summary>
    public void WriteFile(string path, ReadOnlySpan<byte> content, int mode = 0b110_100_100, FileTime modified = default)
    {
        WriteHeader(new() { Path = Encoding.UTF8.GetBytes(path), Size = content.Length, Mode = mode, Modified = modified });
        output.Write(content);
        WritePadding(content.Length);
    }

    /// <summary>Writes a directory.</summary>
    /// <param name="path">The path, with or without the slash at its end.</param>
    /// <param name="mode">The permissions.</param>
    /// <param name="modified">The time of its last change.</param>
    public void WriteDirectory(string path, int mode = 0b111_101_101, FileTime modified = default) => WriteHeader(new()
    {
        Kind = TarEntryKind.Directory,
        Path = Encoding.UTF8.GetBytes(path.TrimEnd('/') + "/"),
        Mode = mode,
        Modified = modified,
    });

    /// <summary>Writes the two empty blocks that end a tar.</summary>
    public void WriteEnd()
    {
        output.GetSpan(2 * TarFormat.BlockSize)[..(2 * TarFormat.BlockSize)].Clear();
        output.Advance(2 * TarFormat.BlockSize);
    }

    private void CollectNumbers(TarEntry entry)
    {
        AddNumber("uid", entry.Uid, 8);
        AddNumber("gid", entry.Gid, 8);
        AddNumber("size", entry.Size, 12);
        AddNumber("mtime", entry.Modified.Seconds, 12);
        if (!TarFormat.FitsOctal(entry.DeviceMajor, 8) || !TarFormat.FitsOctal(entry.DeviceMinor, 8))
        {
            throw new ImageException(ImageErrorCodes.InvalidTar, $"the device number of '{entry.DisplayPath}' does not fit into a tar");
        }
    }

    private void CollectAttributes(TarEntry entry)
    {
        foreach (var attribute in entry.Attributes ?? [])
        {
            records["SCHILY.xattr." + Encoding.Latin1.GetString(attribute.Name)] = attribute.Value;
        }
    }

    private void AddNumber(string key, long value, int fieldSize)
    {
        if (!TarFormat.FitsOctal(value, fieldSize))
        {
            records[key] = Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static bool FitsField(ReadOnlySpan<byte> text) => text.Length <= TarFormat.NameSize && Ascii.IsValid(text);

    // The slash that parts prefix and name so that both fit their fields, 0 when there is none.
    private static int FindSplit(ReadOnlySpan<byte> path)
    {
        if (!Ascii.IsValid(path))
        {
            return 0;
        }

        var length = path.Length > TarFormat.PrefixSize + 1 ? TarFormat.PrefixSize + 1
            : path[^1] == '/' ? path.Length - 1
            : path.Length;
        var slash = path[..length].LastIndexOf((byte)'/');
        var nameLength = path.Length - slash - 1;
        return slash > 0 && nameLength is > 0 and <= TarFormat.NameSize && slash <= TarFormat.PrefixSize ? slash : 0;
    }

    private void WritePaxHeader(ReadOnlySpan<byte> path)
    {
        var data = new ArrayBufferWriter<byte>();
        foreach (var (key, value) in records)
        {
            WriteRecord(data, Encoding.Latin1.GetBytes(key), value);
        }

        // The name is only for readers that do not know PAX; Go gives it no process id, unlike the BCL.
        var slash = path.LastIndexOf((byte)'/');
        byte[] name = [.. path[..(slash + 1)], .. "PaxHeaders.0"u8, .. slash == path.Length - 1 ? default : "/"u8, .. path[(slash + 1)..]];
        var shown = ToAscii(name);
        var header = NewBlock();
        shown[..Math.Min(shown.Length, TarFormat.NameSize)].TrimEnd((byte)'/').CopyTo(header);
        WriteNumbers(header, 0, 0, 0, data.WrittenCount, 0);
        header[TarFormat.TypeFlag] = TarFormat.PaxHeader;
        TarFormat.PosixMagic.CopyTo(header[TarFormat.Magic]);
        FinishBlock(header);
        output.Write(data.WrittenSpan);
        WritePadding(data.WrittenCount);
    }

    // "length key=value\n", where the length counts its own digits.
    private static void WriteRecord(ArrayBufferWriter<byte> data, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var rest = key.Length + value.Length + 3;
        var length = rest + DigitsOf(rest);
        length = rest + DigitsOf(length);
        data.Write(Encoding.ASCII.GetBytes($"{length} "));
        data.Write(key);
        data.Write("="u8);
        data.Write(value);
        data.Write("\n"u8);
    }

    private static int DigitsOf(int number) => number.ToString(CultureInfo.InvariantCulture).Length;

    private void WriteUstar(TarEntry entry, int split)
    {
        var header = NewBlock();
        var path = entry.Path.Span;
        if (split > 0)
        {
            path[..split].CopyTo(header[TarFormat.Prefix]);
            path[(split + 1)..].CopyTo(header[TarFormat.Name]);
        }
        else
        {
            WriteTruncated(header[TarFormat.Name], path);
        }

        WriteNumbers(header, entry.Mode, entry.Uid, entry.Gid, entry.Size, entry.Modified.Seconds);
        header[TarFormat.TypeFlag] = (byte)entry.Kind;
        WriteTruncated(header[TarFormat.LinkName], entry.LinkTarget.Span);
        TarFormat.PosixMagic.CopyTo(header[TarFormat.Magic]);
        TarFormat.WriteOctal(header[TarFormat.DeviceMajor], entry.DeviceMajor);
        TarFormat.WriteOctal(header[TarFormat.DeviceMinor], entry.DeviceMinor);
        FinishBlock(header);
    }

    private static void WriteTruncated(Span<byte> field, ReadOnlySpan<byte> text)
    {
        var shown = ToAscii(text);
        shown[..Math.Min(shown.Length, field.Length)].CopyTo(field);

        // A cut name must not end in a slash: old readers would take a file for a directory.
        if (shown.Length > field.Length && field[^1] == '/')
        {
            field[field.TrimEnd((byte)'/').Length] = 0;
        }
    }

    private static ReadOnlySpan<byte> ToAscii(ReadOnlySpan<byte> text) => Ascii.IsValid(text) ? text : text.ToArray().Where(value => value < 0x80).ToArray();

    private static void WriteNumbers(Span<byte> header, int mode, uint uid, uint gid, long size, long modified)
    {
        TarFormat.WriteOctal(header[TarFormat.Mode], mode);
        TarFormat.WriteOctal(header[TarFormat.Uid], uid);
        TarFormat.WriteOctal(header[TarFormat.Gid], gid);
        TarFormat.WriteOctal(header[TarFormat.Size], size);
        TarFormat.WriteOctal(header[TarFormat.Modified], modified);
    }

    private Span<byte> NewBlock()
    {
        var block = output.GetSpan(TarFormat.BlockSize)[..TarFormat.BlockSize];
        block.Clear();
        return block;
    }

    private void FinishBlock(Span<byte> header)
    {
        var field = header[TarFormat.Checksum];
        TarFormat.WriteOctal(field[..7], TarFormat.SumOf(header).Unsigned);
        field[7] = (byte)' ';
        output.Advance(TarFormat.BlockSize);
    }
}
