namespace SharpBuild.Runtime;

/// <summary>The host refused a sandbox, or the command in it could not be started.</summary>
/// <param name="message">What failed on what, in one sentence, the reason of <paramref name="inner"/> included: nobody adds it again.</param>
/// <param name="inner">The system call that was refused, if it came to that.</param>
public sealed class SandboxException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The code of errors that the host is to blame for.</summary>
    public const string HostRefused = "SB7001";

    /// <summary>The code of a command that is not there or cannot be executed.</summary>
    public const string CannotExecute = "SB3003";

    /// <summary>The code of a user, mount or limit that makes no sense in this root.</summary>
    public const string BadSpecification = "SB3004";

    /// <summary>The code of an SSH agent or key that cannot be used.</summary>
    public const string AgentUnusable = "SB3006";

    /// <summary>What would mend it, as an imperative.</summary>
    public string? Hint { get; init; }

    /// <summary>The stable code of this kind of error.</summary>
    public string Code { get; init; } = HostRefused;

    /// <summary>With <see cref="CannotExecute"/>: whether the kernel does not know the program's format, as that of another processor's.</summary>
    public bool IsUnknownFormat { get; init; }

    /// <summary>With <see cref="CannotExecute"/>: 127 when there is no such command, 126 when it cannot be executed.</summary>
    public int? ExitCode { get; init; }
}
