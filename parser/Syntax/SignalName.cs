using System.Collections.Immutable;
using System.Globalization;

namespace SharpBuild.Parser.Syntax;

/// <summary>The signals of STOPSIGNAL: Linux' names with or without <c>SIG</c>, in any case, or a number.</summary>
public static class SignalName
{
    private static readonly ImmutableArray<string> Names =
    [
        "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL", "PROF", "PWR", "QUIT",
        "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ",
    ];

    /// <summary>Whether a text names a signal.</summary>
    /// <param name="text">The text after expansion.</param>
    public static bool IsValid(string text)
    {
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number != 0;
        }

        var name = WithoutPrefix(text);
        return Names.Contains(name) || IsRealTime(name);
    }

    /// <summary>What was probably meant; null when nothing is near.</summary>
    /// <param name="text">A text that names no signal.</param>
    public static string? Hint(string text) =>
        Suggestion.Find(WithoutPrefix(text), Names) is { } name ? $"Did you mean SIG{name}?" : null;

    // RTMIN, RTMIN+1 … RTMIN+15, RTMAX-14 … RTMAX: the names that Docker has.
    private static bool IsRealTime(string name)
    {
        if (name is "RTMIN" or "RTMAX")
        {
            return true;
        }

        var limit = name.StartsWith("RTMIN+", StringComparison.Ordinal) ? 15 : name.StartsWith("RTMAX-", StringComparison.Ordinal) ? 14 : 0;
        return limit > 0 && int.TryParse(name.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var offset) && offset >= 1 && offset <= limit;
    }

    private static string WithoutPrefix(string text)
    {
        var upper = text.ToUpperInvariant();
        return upper.StartsWith("SIG", StringComparison.Ordinal) ? upper[3..] : upper;
    }
}
