using System.Buffers.Text;
using SharpBuild.Linux;

namespace SharpBuild.Image.Tar;

/// <summary>What PAX headers and GNU's long-name entries say about the entry after them.</summary>
internal sealed class TarExtension
{
    public byte[]? Path { get; set; }

    public byte[]? LinkTarget { get; set; }

    public long? Size { get; private set; }

    public uint? Uid { get; private set; }

    public uint? Gid { get; private set; }

    public FileTime? Modified { get; private set; }

    public List<TarAttribute>? Attributes { get; private set; }

    public PaxSparse? Sparse { get; private set; }

    /// <summary>Reads "length key=value\n" records.</summary>
    public void ReadPax(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty && data[0] != 0)
        {
            // The length counts the whole record, its own digits and the newline.
            if (!Utf8Parser.TryParse(data, out int length, out var digits) || length <= digits + 1 || length > data.Length
                || data[digits] != ' ' || data[length - 1] != '\n')
            {
                throw TarReader.Damaged("a PAX header is not made of records");
            }

            var record = data[(digits + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals <= 0)
            {
                throw TarReader.Damaged("a PAX record has no name");
            }

            Apply(record[..equals], record[(equals + 1)..]);
            data = data[length..];
        }
    }

    private void Apply(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.StartsWith(TarFormat.AttributePrefix))
        {
            (Attributes ??= []).Add(new(key[TarFormat.AttributePrefix.Length..].ToArray(), value.ToArray()));
        }
        else if (key.StartsWith("GNU.sparse."u8))
        {
            (Sparse ??= new()).Apply(key["GNU.sparse.".Length..], value);
        }
        else if (key.SequenceEqual("path"u8))
        {
            Path = value.IsEmpty ? null : value.ToArray();
        }
        else if (key.SequenceEqual("linkpath"u8))
        {
            LinkTarget = value.IsEmpty ? null : value.ToArray();
        }
        else if (key.SequenceEqual("size"u8))
        {
            Size = ReadNumber(value);
        }
        else if (key.SequenceEqual("uid"u8))
        {
            Uid = ReadId(value);
        }
        else if (key.SequenceEqual("gid"u8))
        {
            Gid = ReadId(value);
        }
        else if (key.SequenceEqual("mtime"u8))
        {
            Modified = ReadTime(value);
        }
    }

    internal static long? ReadNumber(ReadOnlySpan<byte> value) =>
        value.IsEmpty ? null
        : Utf8Parser.TryParse(value, out long number, out var length) && length == value.Length && number >= 0 ? number
        : throw TarReader.Damaged("a PAX record's number is none");

    private static uint? ReadId(ReadOnlySpan<byte> value) => ReadNumber(value) switch
    {
        null => null,
        <= uint.MaxValue and var id => (uint)id,
        _ => throw TarReader.Damaged("an owner is out of range"),
    };

    // Seconds with a fraction of any length; the kernel wants nanoseconds counted upwards, also before 1970.
    private static FileTime? ReadTime(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return null;
        }

        var dot = value.IndexOf((byte)'.');
        var whole = dot < 0 ? value : value[..dot];
        if (!Utf8Parser.TryParse(whole, out long seconds, out var length) || length != whole.Length)
        {
            throw TarReader.Damaged("a PAX record's time is none");
        }

        var nanoseconds = dot < 0 ? 0 : ReadFraction(value[(dot + 1)..]);
        return whole[0] == '-' && nanoseconds > 0 ? new(seconds - 1, 1_000_000_000 - nanoseconds) : new(seconds, nanoseconds);
    }

    private static uint ReadFraction(ReadOnlySpan<byte> digits)
    {
        if (digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            throw TarReader.Damaged("a PAX record's time is none");
        }

        var nanoseconds = 0u;
        for (var i = 0; i < 9; i++)
        {
            nanoseconds = (nanoseconds * 10) + (i < digits.Length ? (uint)(digits[i] - '0') : 0);
        }

        return nanoseconds;
    }
}

/// <summary>GNU's sparse files in PAX headers, versions 0.0, 0.1 and 1.0.</summary>
internal sealed class PaxSparse
{
    private long offset = -1;

    public int Major { get; private set; }

    public byte[]? Name { get; private set; }

    public long? RealSize { get; private set; }

    public List<SparseExtent> Extents { get; } = [];

    public void Apply(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual("major"u8))
        {
            Major = (int)Math.Min(TarExtension.ReadNumber(value) ?? 0, 2);
            if (Major > 1)
            {
                throw TarReader.Damaged("a sparse file of an unknown version");
            }
        }
        else if (key.SequenceEqual("name"u8))
        {
            Name = value.ToArray();
        }
        else if (key.SequenceEqual("size"u8) || key.SequenceEqual("realsize"u8))
        {
            RealSize = TarExtension.ReadNumber(value);
        }
        else if (key.SequenceEqual("offset"u8))
        {
            offset = TarExtension.ReadNumber(value) ?? 0;
        }
        else if (key.SequenceEqual("numbytes"u8))
        {
            TarReader.AddExtent(Extents, new(offset, TarExtension.ReadNumber(value) ?? 0));
        }
        else if (key.SequenceEqual("map"u8))
        {
            ReadMap(value);
        }
    }

    private void ReadMap(ReadOnlySpan<byte> map)
    {
        var isOffset = true;
        foreach (var range in map.Split((byte)','))
        {
            var number = map[range].IsEmpty ? throw TarReader.Damaged("a sparse map is not made of numbers") : TarExtension.ReadNumber(map[range])!.Value;
            if (isOffset)
            {
                offset = number;
            }
            else
            {
                TarReader.AddExtent(Extents, new(offset, number));
            }

            isOffset = !isOffset;
        }
    }
}
