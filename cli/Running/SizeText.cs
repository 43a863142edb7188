namespace SharpBuild.Cli.Running;

/// <summary>Sizes as docker's options take them: a number and b, k, m, g or t, powers of 1024.</summary>
internal static class SizeText
{
    /// <summary>The bytes of <c>64m</c>.</summary>
    public static long Parse(string option, string text)
    {
        var unit = text.AsSpan().TrimEnd("bB").TrimEnd("iI");
        var factor = unit is [.., var letter] ? char.ToLowerInvariant(letter) switch { 'k' => 1L << 10, 'm' => 1L << 20, 'g' => 1L << 30, 't' => 1L << 40, _ => 1L } : 1L;
        var number = factor == 1 ? unit : unit[..^1];
        return double.TryParse(number, System.Globalization.NumberStyles.AllowDecimalPoint, null, out var size) && size * factor <= long.MaxValue
            ? (long)(size * factor)
            : throw new UsageException($"{option}: '{text}' is not a size such as 64m or 1g");
    }
}
