using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Runtime;

/// <summary>The caller's end of a sandbox's terminal.</summary>
public sealed class SandboxTerminal : IDisposable
{
    internal SandboxTerminal(SafeFileHandle master, Stream stream)
    {
        Master = master;
        Stream = stream;
    }

    /// <summary>The master side; owned by the sandbox.</summary>
    public SafeFileHandle Master { get; }

    /// <summary>Reads what the command prints, and writes what it is typed. Ends when the last process has closed its side.</summary>
    public Stream Stream { get; }

    /// <summary>Tells the command a new size.</summary>
    public void Resize(int columns, int rows) => Terminals.SetWindowSize(Master, columns, rows);

    /// <inheritdoc />
    public void Dispose() => Stream.Dispose();
}
