using System.Text.RegularExpressions;

namespace SharpBuild.MSBuild;

/// <summary>
/// Makes text that a step or a server wrote safe for MSBuild's log, which goes to terminals and to CI services as it is: no escape
/// sequences, no control characters but tabs and line ends, and nothing that a service would take for a command of its own.
/// </summary>
internal static class LogText
{
    // Not generated at compile time: the names in such code depend on the directory it is compiled in, and with them the package.
    // Escape sequences whole (ECMA-48 5.4 and 5.6), so that no rest of them is left; then C0, DEL, C1 and what turns the direction around.
    private static readonly Regex Control = Make(
        @"\x1b\[[0-?]*[ -/]*[@-~]?|\x1b[\]PX^_][^\a\x1b\x9c\n]*(?:\a|\x9c|\x1b\\)?|\x1b[ -/]*[0-~]?"
        + @"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\u200e\u200f\u061c\ufff9-\ufffb]",
        RegexOptions.None);

    // GitHub's runner looks behind blanks at the start of a line; the others anywhere.
    private static readonly Regex Command = Make(
        @"(?<first>:)(?<=^[ \t]*:)(?<rest>:)|(?<first>#)(?<rest>#(vso|teamcity)?\[)|(?<first>section_(start|end))(?<rest>:)",
        RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.ExplicitCapture);

    /// <summary>The visible text alone.</summary>
    public static string Clean(string text) => Command.Replace(Control.Replace(text, ""), "${first} ${rest}");

    // Both patterns take linear time.
    private static Regex Make(string pattern, RegexOptions options) => new(pattern, options | RegexOptions.CultureInvariant, TimeSpan.FromMinutes(1));
}
