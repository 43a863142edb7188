using System.Globalization;

namespace SharpBuild.Cli.Running;

/// <summary>Sizes as docker's options take them: a number and b, k, m, g, t or p, powers of 1024.</summary>
internal static class SizeText
{
    /// <summary>The bytes of <c>64m</c>, <c>64 MiB</c> or <c>0.5g</c>.</summary>
    public static long Parse(string option, string text)
    {
        var number = TrimOne(TrimOne(text, 'b'), 'i');
        var power = number is [.., var letter] ? "kmgtp".IndexOf(char.ToLowerInvariant(letter), StringComparison.Ordinal) + 1 : 0;
        number = power > 0 ? number[..^1].TrimEnd(' ') : number;
        var factor = Math.Pow(1024, power);

        // A digit first: double.Parse also knows "NaN" and infinities.
        return number is [>= '0' and <= '9', ..]
            && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var size) && size * factor < long.MaxValue
            ? (long)(size * factor)
            : throw new UsageException($"{option}: '{text}' is not a size such as 64m or 1g");
    }

    /// <summary>The same, where docker takes 0 for "as usual".</summary>
    public static long? ParseOrUsual(string option, string text) => Parse(option, text) is > 0 and var size ? size : null;

    private static ReadOnlySpan<char> TrimOne(ReadOnlySpan<char> text, char letter) =>
        text is [.., var last] && char.ToLowerInvariant(last) == letter ? text[..^1] : text;
}
