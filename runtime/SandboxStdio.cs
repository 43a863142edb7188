namespace SharpBuild.Runtime;

/// <summary>Where a sandbox's standard input, output and error lead.</summary>
public abstract record SandboxStdio
{
    /// <summary>Output and error are two pipes that are read as they fill; the input is empty.</summary>
    public static SandboxStdio Pipes { get; } = new PipedStdio();

    /// <summary>All three are the caller's own.</summary>
    public static SandboxStdio Inherit { get; } = new InheritedStdio();

    /// <summary>A terminal of the sandbox's own, which the caller holds the other end of.</summary>
    public static SandboxStdio Terminal(int columns, int rows) => new TerminalStdio(columns, rows);
}

/// <summary>Output and error are pipes.</summary>
/// <param name="Input">Where standard input comes from.</param>
public sealed record PipedStdio(SandboxInput Input = SandboxInput.Empty) : SandboxStdio;

/// <summary>The caller's own standard input, output and error.</summary>
public sealed record InheritedStdio : SandboxStdio;

/// <summary>A terminal.</summary>
/// <param name="Columns">Its width.</param>
/// <param name="Rows">Its height.</param>
public sealed record TerminalStdio(int Columns, int Rows) : SandboxStdio;

/// <summary>Where standard input comes from when output goes to pipes.</summary>
public enum SandboxInput
{
    /// <summary>It is <c>/dev/null</c>.</summary>
    Empty,

    /// <summary>The caller's own.</summary>
    Inherit,

    /// <summary>A pipe that the caller writes.</summary>
    Pipe,
}
