namespace SharpBuild.Cli.Rendering;

/// <summary>Sizes as docker prints them: powers of 1000, three or four digits.</summary>
internal static class ByteSize
{
    private static ReadOnlySpan<string> Units => new[] { "B", "kB", "MB", "GB", "TB", "PB" };

    /// <summary><c>512B</c>, <c>1.23MB</c>.</summary>
    public static string Format(long bytes)
    {
        double size = bytes;
        var unit = 0;
        while (size >= 999.5 && unit < Units.Length - 1)
        {
            size /= 1000;
            unit++;
        }

        var digits = unit == 0 || size >= 99.95 ? "F0" : size >= 9.995 ? "F1" : "F2";
        return size.ToString(digits) + Units[unit];
    }
}
