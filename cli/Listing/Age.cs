namespace SharpBuild.Cli.Listing;

/// <summary>Spans of time as people say them.</summary>
internal static class Age
{
    /// <summary><c>5 minutes ago</c>.</summary>
    public static string Since(DateTimeOffset then, DateTimeOffset now) => then.Year < 1980 ? "N/A" : $"{Format(now - then)} ago";

    /// <summary><c>5 minutes</c>: the largest unit of which there are two.</summary>
    public static string Format(TimeSpan span)
    {
        if (span < TimeSpan.FromSeconds(1))
        {
            return "less than a second";
        }

        var (count, unit) = span switch
        {
            { TotalSeconds: < 120 } => (span.TotalSeconds, "second"),
            { TotalMinutes: < 120 } => (span.TotalMinutes, "minute"),
            { TotalHours: < 48 } => (span.TotalHours, "hour"),
            { TotalDays: < 14 } => (span.TotalDays, "day"),
            { TotalDays: < 60 } => (span.TotalDays / 7, "week"),
            { TotalDays: < 730 } => (span.TotalDays / 30, "month"),
            _ => (span.TotalDays / 365, "year"),
        };
        return (int)count == 1 ? $"1 {unit}" : $"{(int)count} {unit}s";
    }
}
