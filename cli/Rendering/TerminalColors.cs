namespace SharpBuild.Cli.Rendering;

/// <summary>The colours of a live build; BuildKit's, so that a switch from it does not need new eyes.</summary>
/// <param name="Done">What is over.</param>
/// <param name="Canceled">What was given up.</param>
/// <param name="Failed">What failed.</param>
internal readonly record struct TerminalColors(string Done, string Canceled, string Failed)
{
    private const string Reset = "\e[0m";

    /// <summary>Blue, yellow, red.</summary>
    public static TerminalColors Usual => new("\e[34m", "\e[33m", "\e[31m");

    /// <summary>None at all, as <c>NO_COLOR</c> asks.</summary>
    public static TerminalColors None => new("", "", "");

    /// <summary>The line in the colour of a step's state.</summary>
    public string Paint(string line, StepState state)
    {
        var color = state switch
        {
            StepState.Done or StepState.Cached => Done,
            StepState.Canceled => Canceled,
            StepState.Failed => Failed,
            _ => "",
        };
        return color.Length == 0 ? line : color + line + Reset;
    }
}
