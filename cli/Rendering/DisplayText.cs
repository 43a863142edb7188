using System.Buffers;
using System.Text;

namespace SharpBuild.Cli.Rendering;

/// <summary>Makes text that others wrote safe to place on a terminal, and measures it in columns.</summary>
internal static class DisplayText
{
    private const char Escape = '\e';
    private static readonly SearchValues<char> ColorParameters = SearchValues.Create("0123456789;:");

    /// <summary>
    /// The visible text alone: no control characters, no escape sequences, no direction overrides. A tab becomes four blanks, a line
    /// end one blank. A build's output could otherwise move the cursor, retitle the window or forge lines of ours.
    /// </summary>
    public static string Clean(string text) => Clean(text, tab: "    ", keepsColors: false);

    /// <summary>As <see cref="Clean(string)"/> for a line that is ours but for some words in it: its tabs stay.</summary>
    public static string CleanLine(string line) => Clean(line, tab: "\t", keepsColors: false);

    /// <summary>
    /// As <see cref="Clean(string)"/> for a line of a step's output: its colours stay and are ended, as are its tabs. Of a progress bar, which goes back by
    /// carriage returns, the last state counts.
    /// </summary>
    public static string KeepColors(string line)
    {
        var bar = line.TrimEnd('\r');
        var clean = Clean(bar[(bar.LastIndexOf('\r') + 1)..], tab: "\t", keepsColors: true);
        return clean.Contains(Escape) ? clean + "\e[0m" : clean;
    }

    private static string Clean(string text, string tab, bool keepsColors)
    {
        if (IsClean(text))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length;)
        {
            var character = text[index];
            if (character == Escape)
            {
                var end = SkipSequence(text, index + 1);
                if (keepsColors && IsColor(text.AsSpan(index, end - index)))
                {
                    clean.Append(text, index, end - index);
                }

                index = end;
                continue;
            }

            clean.Append(character switch
            {
                '\t' => tab,
                '\n' or '\r' => " ",
                _ when IsDangerous(character) => "",
                _ => null,
            } ?? character.ToString());
            index++;
        }

        return clean.ToString();
    }

    // SGR (ECMA-48 8.3.117): numbers, and an m. It changes how characters look, and nothing else.
    private static bool IsColor(ReadOnlySpan<char> sequence) =>
        sequence is ['\e', '[', .., 'm'] && !sequence[2..^1].ContainsAnyExcept(ColorParameters);

    /// <summary>At most <paramref name="columns"/> columns of <paramref name="text"/>, which is clean.</summary>
    public static string Fit(string text, int columns)
    {
        // Each UTF-16 unit fills at most two columns (a surrogate pair fills two in all).
        if (text.Length * 2 <= columns)
        {
            return text;
        }

        var used = 0;
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            used += Width(rune);
            if (used > columns)
            {
                return text[..length];
            }

            length += rune.Utf16SequenceLength;
        }

        return text;
    }

    /// <summary>How many columns <paramref name="text"/> fills.</summary>
    public static int Measure(string text)
    {
        var columns = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            columns += Width(rune);
        }

        return columns;
    }

    private static bool IsClean(string text)
    {
        foreach (var character in text)
        {
            if (IsDangerous(character))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a character does something to a terminal, or to the direction of the text behind it.</summary>
    // C0, DEL, C1 (U+009B is CSI in one character), line separators, and what turns the writing direction around.
    public static bool IsDangerous(char character) =>
        character < ' ' || character is (>= '\x7f' and <= '\x9f') or (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u200e' or '\u200f' or '\u061c' or (>= '\ufff9' and <= '\ufffb');

    /// <summary>The index after the escape sequence whose introducer stands at <paramref name="index"/> (ECMA-48 5.4, 5.6).</summary>
    private static int SkipSequence(string text, int index)
    {
        if (index >= text.Length)
        {
            return index;
        }

        switch (text[index])
        {
            case '[':
                index++;
                while (index < text.Length && text[index] is >= ' ' and <= '?')
                {
                    index++;
                }

                return index < text.Length && text[index] is >= '@' and <= '~' ? index + 1 : index;
            case ']' or 'P' or 'X' or '^' or '_':
                return SkipString(text, index + 1);
            default:
                while (index < text.Length && text[index] is >= ' ' and <= '/')
                {
                    index++;
                }

                return index < text.Length && text[index] is >= '0' and <= '~' ? index + 1 : index;
        }
    }

    // OSC, DCS, SOS, PM and APC run up to BEL or ST; one that is not closed swallows the rest, as on a terminal.
    private static int SkipString(string text, int index)
    {
        for (; index < text.Length; index++)
        {
            if (text[index] is '\a' or '\x9c')
            {
                return index + 1;
            }

            if (text[index] == Escape)
            {
                return index + 1 < text.Length && text[index + 1] == '\\' ? index + 2 : index;
            }
        }

        return index;
    }

    private static int Width(Rune rune)
    {
        var value = rune.Value;
        if (value < 0x300)
        {
            return 1;
        }

        return IsZeroWidth(rune) ? 0 : IsWide(value) ? 2 : 1;
    }

    private static bool IsZeroWidth(Rune rune) =>
        rune.Value is (>= 0x200b and <= 0x200d) or 0x2060 or 0xfeff or (>= 0xfe00 and <= 0xfe0f)
        || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.EnclosingMark;

    // The blocks that Unicode's EastAsianWidth.txt calls wide (W and F), joined where nothing narrow lies between them.
    private static bool IsWide(int value) =>
        value is (>= 0x1100 and <= 0x115f) or (>= 0x2e80 and <= 0x303e) or (>= 0x3041 and <= 0x4dbf) or (>= 0x4e00 and <= 0xa4cf)
            or (>= 0xa960 and <= 0xa97f) or (>= 0xac00 and <= 0xd7a3) or (>= 0xf900 and <= 0xfaff) or (>= 0xfe30 and <= 0xfe6f)
            or (>= 0xff00 and <= 0xff60) or (>= 0xffe0 and <= 0xffe6) or (>= 0x1f300 and <= 0x1f64f) or (>= 0x1f680 and <= 0x1f6ff)
            or (>= 0x1f900 and <= 0x1f9ff) or (>= 0x20000 and <= 0x3fffd);
}
