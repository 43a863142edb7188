using System.Globalization;

namespace SharpBuild.Image.Json;

/// <summary>Times as Go prints them (RFC 3339 with as many fractional digits as are needed).</summary>
internal static class GoTime
{
    public static string Format(DateTimeOffset time) => time.Offset == TimeSpan.Zero
        ? time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture)
        : time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture);

    /// <summary>The text that was read, if it still is the text of <paramref name="time"/>; else the time, printed.</summary>
    public static string Format(DateTimeOffset time, string? textRead) =>
        textRead is not null && TryParse(textRead, out var read) && read == time && read.Offset == time.Offset ? textRead : Format(time);

    public static bool TryParse(string text, out DateTimeOffset time)
    {
        // Seven fractional digits are all that a DateTimeOffset keeps and all that its parser takes exactly.
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var end = dot < 0 ? -1 : dot + 1 + DigitsAt(text, dot + 1);
        var kept = dot >= 0 && end - dot > 8 ? string.Concat(text.AsSpan(0, dot + 8), text.AsSpan(end)) : text;
        return DateTimeOffset.TryParse(kept, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }

    private static int DigitsAt(string text, int start)
    {
        var end = start;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return end - start;
    }
}
