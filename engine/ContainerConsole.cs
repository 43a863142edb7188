using SharpBuild.Runtime;

namespace SharpBuild.Engine;

/// <summary>The side of a container in the foreground that the user sees.</summary>
/// <param name="OpenInput">Opens standard input; called only when the container reads it.</param>
/// <param name="Output">Where its output goes. Unbuffered, so that a prompt without line end is seen.</param>
/// <param name="Error">Where its errors go.</param>
public sealed record ContainerConsole(Func<Stream> OpenInput, Stream Output, Stream Error)
{
    /// <summary>The terminal that input comes from, if it is one.</summary>
    public HostTerminal? InputTerminal { get; init; }

    /// <summary>The terminal that output goes to, if it is one.</summary>
    public HostTerminal? OutputTerminal { get; init; }
}
