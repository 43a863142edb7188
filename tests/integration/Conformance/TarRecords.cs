using System.Globalization;
using System.Text;

namespace SharpBuild.IntegrationTests.Conformance;

/// <summary>Reads a layer's tar. Neither the product's reader, which is under test, nor the BCL's, which takes names that are not UTF-8 for each other.</summary>
internal static class TarRecords
{
    private const int BlockSize = 512;
    private const string AttributePrefix = "SCHILY.xattr.";

    public static IEnumerable<TarRecord> Read(Stream tar)
    {
        var extra = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var header = new byte[BlockSize];
        while (tar.ReadAtLeast(header, BlockSize, throwOnEndOfStream: false) == BlockSize && header[0] != 0)
        {
            var kind = header[156] == 0 ? '0' : (char)header[156];
            var size = extra.TryGetValue("size", out var given) ? long.Parse(Ascii(given), CultureInfo.InvariantCulture) : Number(header, 124, 12);
            var content = ReadContent(tar, kind is '0' or 'x' or 'g' or 'L' or 'K' ? size : 0);
            switch (kind)
            {
                case 'x':
                    ReadPax(content, extra);
                    break;
                case 'L':
                    extra["path"] = content.AsSpan().TrimEnd((byte)0).ToArray();
                    break;
                case 'K':
                    extra["linkpath"] = content.AsSpan().TrimEnd((byte)0).ToArray();
                    break;
                case 'g':
                    break;
                default:
                    yield return Make(header, kind, extra, content);
                    extra.Clear();
                    break;
            }
        }
    }

    private static TarRecord Make(byte[] header, char kind, Dictionary<string, byte[]> extra, byte[] content)
    {
        var prefix = header.AsSpan(257, 6).SequenceEqual("ustar\0"u8) ? Field(header, 345, 155) : [];
        var name = extra.GetValueOrDefault("path") ?? [.. prefix, .. prefix.Length > 0 ? "/"u8 : default, .. Field(header, 0, 100)];
        var link = extra.GetValueOrDefault("linkpath") ?? Field(header, 157, 100);
        var attributes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in extra.Where(e => e.Key.StartsWith(AttributePrefix, StringComparison.Ordinal)))
        {
            attributes[key[AttributePrefix.Length..]] = key.EndsWith("security.capability", StringComparison.Ordinal) ? Convert.ToHexStringLower(value) : NameText.Describe(value);
        }

        return new(
            Trim(NameText.Of(name)),
            kind,
            (int)Number(header, 100, 8) & 0b111_111_111_111,
            $"{Text("uid") ?? Number(header, 108, 8).ToString(CultureInfo.InvariantCulture)}:{Text("gid") ?? Number(header, 116, 8).ToString(CultureInfo.InvariantCulture)}",
            kind == TarRecord.HardLink ? Trim(NameText.Of(link)) : NameText.Of(link),
            Text("mtime") is { } time ? decimal.Parse(time, CultureInfo.InvariantCulture) : Number(header, 136, 12),
            $"{Number(header, 329, 8)}:{Number(header, 337, 8)}",
            attributes,
            content);

        string? Text(string key) => extra.TryGetValue(key, out var value) ? Ascii(value) : null;
    }

    private static string Trim(string path)
    {
        var trimmed = path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
        return trimmed.Trim('/') is var name and not "." ? name : "";
    }

    private static byte[] ReadContent(Stream tar, long size)
    {
        var content = new byte[size];
        tar.ReadExactly(content);
        var padding = (int)(-size & (BlockSize - 1));
        tar.ReadExactly(new byte[padding]);
        return content;
    }

    // "LENGTH KEY=VALUE\n", where LENGTH counts all of it.
    private static void ReadPax(ReadOnlySpan<byte> records, Dictionary<string, byte[]> extra)
    {
        while (records.Length > 0)
        {
            var blank = records.IndexOf((byte)' ');
            var length = int.Parse(Ascii(records[..blank]), CultureInfo.InvariantCulture);
            var record = records[(blank + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            extra[Encoding.UTF8.GetString(record[..equals])] = record[(equals + 1)..].ToArray();
            records = records[length..];
        }
    }

    private static byte[] Field(byte[] header, int start, int length)
    {
        var field = header.AsSpan(start, length);
        var end = field.IndexOf((byte)0);
        return field[..(end < 0 ? length : end)].ToArray();
    }

    private static long Number(byte[] header, int start, int length)
    {
        if ((header[start] & 0x80) != 0)
        {
            var value = 0L;
            foreach (var digit in header.AsSpan(start + 1, length - 1))
            {
                value = (value << 8) | digit;
            }

            return value;
        }

        var text = Ascii(Field(header, start, length)).Trim();
        return text.Length == 0 ? 0 : Convert.ToInt64(text, 8);
    }

    private static string Ascii(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetString(bytes);
}
