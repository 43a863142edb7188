namespace SharpBuild.Cli;

/// <summary>The command line is wrong: the user's to mend. Printed as one line; the exit code is 125, as docker's.</summary>
internal sealed class UsageException(string message, string? suggestion = null) : Exception(message)
{
    /// <summary>What the user may have meant, if something comes close.</summary>
    public string? Suggestion { get; } = suggestion;

    /// <summary>The whole line.</summary>
    public string Line => Suggestion is null ? Message : $"{Message}; did you mean '{Suggestion}'?";
}
