using System.Globalization;

namespace SharpBuild.Parser.Syntax;

/// <summary>Sizes as Docker writes them: <c>64m</c>, <c>1.5g</c>, <c>512 KiB</c>; units are powers of 1024.</summary>
public static class ByteSize
{
    private const string Units = "kmgtp";

    /// <summary>Reads a size.</summary>
    /// <param name="text">A number and an optional unit (<c>b</c>, <c>k</c>, <c>kb</c>, <c>kib</c> and so on, in any case).</param>
    /// <param name="bytes">The number of bytes.</param>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var last = text.AsSpan().LastIndexOfAnyInRange('0', '9');
        last = Math.Max(last, text.LastIndexOf('.'));
        var unit = text[(last + 1)..].ToLowerInvariant();
        if (unit.StartsWith(' '))
        {
            unit = unit[1..];
        }

        if (!double.TryParse(text.AsSpan(0, last + 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || Factor(unit) is not { } factor
            || number * factor >= long.MaxValue)
        {
            return false;
        }

        bytes = (long)(number * factor);
        return true;
    }

    private static double? Factor(string unit)
    {
        if (unit is "" or "b")
        {
            return 1;
        }

        var power = Units.IndexOf(unit[0], StringComparison.Ordinal);
        return power >= 0 && unit[1..] is "" or "b" or "ib" ? Math.Pow(1024, power + 1) : null;
    }
}
