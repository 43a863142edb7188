namespace SharpBuild.Testing;

/// <summary>How a command ended and what it said.</summary>
/// <param name="Command">The command.</param>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
public sealed record CommandResult(Command Command, int ExitCode, string Output, string Error)
{
    /// <summary>All of it, for the message of a failing test.</summary>
    public override string ToString() => $"{Command}\nexit code {ExitCode}\n--- output\n{Output}\n--- error\n{Error}";
}
