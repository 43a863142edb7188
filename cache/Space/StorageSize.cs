using System.Globalization;

namespace SharpBuild.Cache.Space;

/// <summary>An amount of disk space: bytes, or a part of the disk.</summary>
/// <param name="Bytes">The bytes; 0 when it is a part.</param>
/// <param name="Percent">The part in percent; 0 when it is bytes.</param>
public readonly record struct StorageSize(long Bytes, int Percent)
{
    /// <summary>Reads <c>512MB</c>, <c>10g</c> (powers of 1024, as docker's options) or <c>20%</c>.</summary>
    /// <exception cref="FormatException">It is no such thing.</exception>
    public static StorageSize Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.EndsWith('%'))
        {
            return int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var percent) && percent <= 100 ? new(0, percent) : throw Wrong(text);
        }

        var number = text.AsSpan().Trim().TrimEnd("bB").TrimEnd("iI").TrimEnd();
        var power = number is [.., var letter] ? "kmgtp".IndexOf(char.ToLowerInvariant(letter)) + 1 : 0;
        number = power > 0 ? number[..^1].TrimEnd() : number;
        var bytes = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var size) ? size * Math.Pow(1024, power) : double.MaxValue;
        return bytes < long.MaxValue ? new((long)bytes, 0) : throw Wrong(text);
    }

    /// <summary>The bytes on a disk of <paramref name="diskSize"/> bytes.</summary>
    public long Of(long diskSize) => Percent > 0 ? diskSize / 100 * Percent : Bytes;

    private static FormatException Wrong(string text) => new($"'{text}' is not an amount of space: write 512MB, 10GB or 20%");
}
