using System.Globalization;

namespace SharpBuild.Builder;

/// <summary>The text of SOURCE_DATE_EPOCH and its like.</summary>
public static class SourceDate
{
    /// <summary>Reads seconds since 1970.</summary>
    /// <param name="text">The number.</param>
    /// <param name="seconds">What it says.</param>
    /// <returns>False when it is no number, or outside of the years 1 to 9999, which the times of images are written in.</returns>
    public static bool TryRead(string text, out long seconds) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out seconds)
        && seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds();
}
