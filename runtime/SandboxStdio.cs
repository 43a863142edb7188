namespace SharpBuild.Runtime;

/// <summary>Where a sandbox's standard input, output and error lead. Never to a file of the caller's: the sandbox could change its mode and owner.</summary>
public abstract record SandboxStdio
{
    /// <summary>Output and error are two pipes that are read as they fill; the input is empty.</summary>
    public static SandboxStdio Pipes { get; } = new PipedStdio();

    /// <summary>A terminal of the sandbox's own, which the caller holds the other end of.</summary>
    public static SandboxStdio Terminal(int columns, int rows) => new TerminalStdio(columns, rows);
}

/// <summary>Output and error are pipes.</summary>
/// <param name="Input">Where standard input comes from.</param>
public sealed record PipedStdio(SandboxInput Input = SandboxInput.Empty) : SandboxStdio;

/// <summary>A terminal.</summary>
/// <param name="Columns">Its width.</param>
/// <param name="Rows">Its height.</param>
public sealed record TerminalStdio(int Columns, int Rows) : SandboxStdio;

/// <summary>Where standard input comes from when output goes to pipes.</summary>
public enum SandboxInput
{
    /// <summary>It is <c>/dev/null</c>.</summary>
    Empty,

    /// <summary>A pipe that the caller writes.</summary>
    Pipe,
}
