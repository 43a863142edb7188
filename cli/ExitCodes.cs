namespace SharpBuild.Cli;

/// <summary>The exit codes that are the CLI's own; the rest come from a failure report or a container.</summary>
internal static class ExitCodes
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>The build, or whatever was asked for, failed.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong, or <c>run</c> could not start the container (docker's value for both).</summary>
    public const int Usage = 125;

    /// <summary>The reader of our output went away: 128 + SIGPIPE, as a shell reports other tools.</summary>
    public const int BrokenPipe = 141;
}
