namespace SharpBuild.Image.Compression.Xz;

/// <summary>The format's integers: seven bits a byte, lowest first, 63 bits at most.</summary>
internal static class XzInteger
{
    private const int LongestForm = 9;

    /// <summary>Reads one; null when it is not well formed.</summary>
    public static long? Read(Func<byte> next)
    {
        var value = 0L;
        for (var i = 0; i < LongestForm; i++)
        {
            var part = next();
            value |= (long)(part & 0x7F) << (7 * i);
            if (part < 0x80)
            {
                // A last byte of zero would be a second way to write the same number.
                return part == 0 && i > 0 ? null : value;
            }
        }

        return null;
    }
}
