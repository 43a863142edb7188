namespace SharpBuild.Cli.Running;

/// <summary>Sizes as docker's options take them: a number and b, k, m, g or t, powers of 1024.</summary>
internal static class SizeText
{
    /// <summary>The bytes of <c>64m</c>.</summary>
    public static long Parse(string option, string text)
    {
        var number = text.AsSpan().TrimEnd("bB").TrimEnd("iI");
        var power = number is [.., var letter] ? "kmgt".IndexOf(char.ToLowerInvariant(letter)) + 1 : 0;
        if (power > 0)
        {
            number = number[..^1];
        }

        var factor = Math.Pow(1024, power);
        return double.TryParse(number, System.Globalization.NumberStyles.AllowDecimalPoint, null, out var size) && size * factor < long.MaxValue
            ? (long)(size * factor)
            : throw new UsageException($"{option}: '{text}' is not a size such as 64m or 1g");
    }
}
