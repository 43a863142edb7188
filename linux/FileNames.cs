using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace SharpBuild.Linux;

/// <summary>
/// Names of files as strings without loss. To the kernel a name is bytes; one that is not UTF-8 keeps each odd byte as a lone low surrogate
/// (U+DC80 to U+DCFF), which no well-formed text contains, and gets the same bytes back when it goes to the kernel again.
/// </summary>
public static class FileNames
{
    private const char FirstOdd = '\uDC80';
    private const char LastOdd = '\uDCFF';
    private const int OddBase = 0xDC00;

    /// <summary>The string for the bytes of a name.</summary>
    public static string Decode(ReadOnlySpan<byte> name) => Utf8.IsValid(name) ? Encoding.UTF8.GetString(name) : DecodeOdd(name);

    /// <summary>The bytes of a name.</summary>
    public static byte[] Encode(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var bytes = new byte[GetMaximumLength(name)];
        return bytes[..Encode(name, bytes)];
    }

    /// <summary>Writes the bytes of a name.</summary>
    /// <returns>Their number.</returns>
    public static int Encode(ReadOnlySpan<char> name, Span<byte> bytes) =>
        name.IndexOfAnyInRange(FirstOdd, LastOdd) < 0 ? Encoding.UTF8.GetBytes(name, bytes) : EncodeOdd(name, bytes);

    /// <summary>A number of bytes that is enough for a name.</summary>
    public static int GetMaximumLength(ReadOnlySpan<char> name) => Encoding.UTF8.GetMaxByteCount(name.Length);

    private static string DecodeOdd(ReadOnlySpan<byte> name)
    {
        var text = new StringBuilder(name.Length);
        while (!name.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(name, out var rune, out var length) == OperationStatus.Done)
            {
                text.Append(rune);
            }
            else
            {
                foreach (var odd in name[..length])
                {
                    text.Append((char)(OddBase + odd));
                }
            }

            name = name[length..];
        }

        return text.ToString();
    }

    private static int EncodeOdd(ReadOnlySpan<char> name, Span<byte> bytes)
    {
        var written = 0;
        while (!name.IsEmpty)
        {
            // The second half of a pair is consumed with the first, so what is seen here stands alone.
            if (name[0] is >= FirstOdd and <= LastOdd)
            {
                bytes[written++] = (byte)(name[0] - OddBase);
                name = name[1..];
                continue;
            }

            Rune.DecodeFromUtf16(name, out var rune, out var length);
            written += rune.EncodeToUtf8(bytes[written..]);
            name = name[length..];
        }

        return written;
    }
}
