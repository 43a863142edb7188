using SharpBuild.Parser;

namespace SharpBuild.Builder;

/// <summary>A build failed: a step's process, a missing file, a wrong option. Says which instruction, and what would mend it.</summary>
public sealed class BuildException : Exception
{
    /// <summary>The code of the warning about a shared cache that cannot be read or written.</summary>
    public const string CacheNotUsed = "SB0123";

    /// <summary>Reports a failure.</summary>
    /// <param name="code">The stable code (SB3xxx a step, SB4xxx context and COPY, …).</param>
    /// <param name="message">What failed on what.</param>
    /// <param name="inner">What caused it.</param>
    public BuildException(string code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>The stable code.</summary>
    public string Code { get; }

    /// <summary>The Dockerfile, when the failure belongs to an instruction.</summary>
    public SourceText? File { get; init; }

    /// <summary>The instruction.</summary>
    public SourceSpan? Span { get; init; }

    /// <summary>An imperative that would mend it.</summary>
    public string? Hint { get; init; }

    /// <summary>The step as people see it, such as <c>[2/3] RUN make</c>.</summary>
    public string? StepName { get; init; }

    /// <summary>The exit code of the step's process, when that is what failed.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The last lines that the step wrote.</summary>
    public IReadOnlyList<string> OutputTail { get; init; } = [];
}
