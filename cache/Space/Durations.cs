using System.Globalization;

namespace SharpBuild.Cache.Space;

/// <summary>Spans of time as Go writes them, with days and weeks.</summary>
public static class Durations
{
    /// <summary>Reads <c>90s</c>, <c>1h30m</c>, <c>7d</c>; a number alone is seconds.</summary>
    /// <exception cref="FormatException">It is no such thing.</exception>
    public static TimeSpan Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return TimeSpan.FromSeconds(seconds);
        }

        var sum = TimeSpan.Zero;
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsAsciiDigit(text[i]) || text[i] == '.')
            {
                continue;
            }

            var end = i + 1 < text.Length && text.AsSpan(i, 2) is "ms" ? i + 2 : i + 1;
            sum += Read(text, start, i) * UnitOf(text, text[i..end]);
            start = end;
            i = end - 1;
        }

        return text.Length > 0 && start == text.Length ? sum : throw Wrong(text);
    }

    private static double Read(string text, int start, int end) =>
        double.TryParse(text.AsSpan(start, end - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong(text);

    private static TimeSpan UnitOf(string text, string unit) => unit switch
    {
        "ms" => TimeSpan.FromMilliseconds(1),
        "s" => TimeSpan.FromSeconds(1),
        "m" => TimeSpan.FromMinutes(1),
        "h" => TimeSpan.FromHours(1),
        "d" => TimeSpan.FromDays(1),
        "w" => TimeSpan.FromDays(7),
        _ => throw Wrong(text),
    };

    private static FormatException Wrong(string text) => new($"'{text}' is not a span of time: write 90m, 24h or 7d");
}
