using SharpBuild.Linux;

namespace SharpBuild.Runtime;

/// <summary>The terminal that the user sits at: our own standard input, output or error.</summary>
public sealed class HostTerminal
{
    private readonly int descriptor;

    private HostTerminal(int descriptor) => this.descriptor = descriptor;

    /// <summary>Its width and height in characters as they are now; zeros when it does not tell.</summary>
    public (int Columns, int Rows) Size => TerminalControl.ReadSize(descriptor);

    /// <summary>The terminal behind a standard stream; null when there is none.</summary>
    /// <param name="descriptor">0, 1 or 2.</param>
    public static HostTerminal? Of(int descriptor) => TerminalControl.IsTerminal(descriptor) ? new(descriptor) : null;

    /// <summary>Hands each key through as it is, control characters too, until the result is disposed.</summary>
    public IDisposable EnterRawMode() => new RawMode(descriptor, TerminalControl.MakeRaw(descriptor));

    private sealed class RawMode(int descriptor, byte[] before) : IDisposable
    {
        public void Dispose() => TerminalControl.Restore(descriptor, before);
    }
}
