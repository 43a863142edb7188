using System.Globalization;

namespace SharpBuild.Builder.Planning;

/// <summary>The signals that STOPSIGNAL may name (signal(7), and the real-time ones).</summary>
internal static class Signals
{
    private const int Highest = 64;

    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL", "PROF", "PWR",
        "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ",
    };

    /// <summary>Whether <paramref name="text"/> is a number from 1 to 64 or a name, with or without <c>SIG</c>, in any casing.</summary>
    public static bool IsKnown(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number is > 0 and <= Highest;
        }

        var name = text.ToUpperInvariant();
        name = name.StartsWith("SIG", StringComparison.Ordinal) ? name[3..] : name;
        return Names.Contains(name) || IsRealTime(name);
    }

    // RTMIN, RTMIN+1 … RTMIN+15, RTMAX-14 … RTMAX, as Docker names them.
    private static bool IsRealTime(string name)
    {
        var (prefix, sign, highest) = name.StartsWith("RTMIN", StringComparison.Ordinal) ? ("RTMIN", '+', 15) : ("RTMAX", '-', 14);
        return name.StartsWith(prefix, StringComparison.Ordinal) && name[prefix.Length..] is var rest
            && (rest.Length == 0 || (rest[0] == sign && int.TryParse(rest.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var offset) && offset > 0 && offset <= highest));
    }
}
