using System.Globalization;

namespace SharpBuild.Parser.Grammars;

/// <summary>Durations as Go writes them: <c>1m30s</c>, <c>1.5h</c>, <c>500ms</c>, <c>0</c>.</summary>
internal static class DurationGrammar
{
    private static readonly Parser<char, double> Number =
        Token(static c => char.IsAsciiDigit(c) || c == '.').SkipAtLeastOnce()
            .Slice(static (text, _) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : double.NaN)
            .Assert(static number => !double.IsNaN(number), "This is not a number.");

    private static readonly Parser<char, double> Unit =
        OneOf(
            Try(CaseSensitive("ns", 1e-9)), Try(CaseSensitive("us", 1e-6)), Try(CaseSensitive("µs", 1e-6)), Try(CaseSensitive("μs", 1e-6)),
            Try(CaseSensitive("ms", 1e-3)), CaseSensitive("s", 1), CaseSensitive("m", 60), CaseSensitive("h", 3600))
        .Labelled("a unit (ns, us, ms, s, m or h)");

    private static readonly Parser<char, double> Sign =
        Char('-').ThenReturn(-1.0).Or(Char('+').ThenReturn(1.0)).Or(Return(1.0));

    private static readonly Parser<char, double> Sum =
        Map(static (number, unit) => number * unit, Number, Unit).AtLeastOnce().Select(static parts => parts.Sum());

    /// <summary>A whole text, in seconds.</summary>
    public static Parser<char, double> Duration { get; } =
        Map(static (sign, seconds) => sign * seconds, Sign, Try(Char('0').Before(End)).ThenReturn(0.0).Or(Sum)).Before(End);

    private static Parser<char, double> CaseSensitive(string unit, double seconds) => String(unit).ThenReturn(seconds);
}
