using System.Text;
using System.Text.RegularExpressions;

namespace SharpBuild.IntegrationTests.Conformance;

/// <summary>What a refused build says, as text: the lines of the Dockerfile that it blames and the exit code of a step; words are a comment.</summary>
internal static partial class RefusalText
{
    private const string Refused = "refused";

    /// <summary>Describes a failed build by its plain output.</summary>
    public static string Describe(string output)
    {
        var text = new StringBuilder(Refused);
        var lines = BlamedLine().Matches(output).Select(m => int.Parse(m.Groups["line"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)).Distinct().Order().ToList();
        if (lines.Count > 0)
        {
            text.Append(" at ").AppendJoin(' ', lines);
        }

        // A program that cannot be started has no exit code of its own, though BuildKit shows runc's.
        if (!output.Contains("runc run failed", StringComparison.Ordinal) && ExitCode().Match(output) is { Success: true } exit)
        {
            text.Append("\nexit ").Append(exit.Groups["code"].ValueSpan);
        }

        var message = output.Split('\n').LastOrDefault(l => l.StartsWith("ERROR: ", StringComparison.Ordinal)) ?? output;
        return text.Append("\n# ").Append(Reference().Replace(message.ReplaceLineEndings(" "), "ref")).Append('\n').ToString();
    }

    /// <summary>What counts of a recording: all of an image; of a refusal the place if BuildKit names one, and the exit code.</summary>
    public static string WithoutComments(string text) =>
        string.Join('\n', text.Split('\n').Where(l => !l.StartsWith("# ", StringComparison.Ordinal)));

    /// <summary>Whether BuildKit refuses without naming a line, so that any line is right.</summary>
    public static bool IsAnyRefusal(string recorded) => WithoutComments(recorded).Trim() == Refused;

    public static bool IsRefusal(string text) => text.StartsWith(Refused, StringComparison.Ordinal);

    [GeneratedRegex(@"^ *(?<line>\d+) \| >>>", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex BlamedLine();

    [GeneratedRegex(@"^ERROR: .*exit code: (?<code>\d+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ExitCode();

    [GeneratedRegex(@"[a-z0-9]{25}::[a-z0-9]{25}|[a-z0-9]{25}|/tmp/[^ ]*", RegexOptions.NonBacktracking)]
    private static partial Regex Reference();
}
