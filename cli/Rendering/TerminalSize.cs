namespace SharpBuild.Cli.Rendering;

/// <summary>The size of a terminal in characters.</summary>
/// <param name="Columns">Its width.</param>
/// <param name="Rows">Its height.</param>
internal readonly record struct TerminalSize(int Columns, int Rows)
{
    /// <summary>What is assumed of a terminal that does not tell.</summary>
    public static TerminalSize Default => new(80, 24);
}
