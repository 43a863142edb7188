using System.Globalization;
using System.Text;

namespace SharpBuild.IntegrationTests.Conformance;

/// <summary>Names and contents, which are bytes, as text in which no two of them look alike.</summary>
internal static class NameText
{
    private const int LongestShown = 100;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The bytes as text; control characters, backslashes and what is not UTF-8 as escapes.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (Rune.DecodeFromUtf8(bytes, out var rune, out var length) is var status && bytes.Length > 0)
        {
            if (status == System.Buffers.OperationStatus.Done && !Rune.IsControl(rune) && rune.Value != '\\')
            {
                text.Append(rune);
            }
            else
            {
                AppendEscaped(text, bytes[..length]);
            }

            bytes = bytes[length..];
        }

        return text.ToString();
    }

    /// <summary>The bytes in quotes when they are a short text, else their size and digest.</summary>
    public static string Describe(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= LongestShown && IsText(bytes))
        {
            return $"\"{Of(bytes)}\"";
        }

        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))[..16];
        return string.Create(CultureInfo.InvariantCulture, $"{bytes.Length} bytes {digest}");
    }

    private static void AppendEscaped(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            text.Append(value switch
            {
                (byte)'\n' => "\\n",
                (byte)'\t' => "\\t",
                (byte)'\\' => "\\\\",
                _ => $"\\x{value:x2}",
            });
        }
    }

    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return !Strict.GetString(bytes).Any(c => char.IsControl(c) && c is not ('\n' or '\t'));
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
