using SharpBuild.Runtime;

namespace SharpBuild.Engine;

/// <summary>A container in the foreground: its streams joined with ours until it ends.</summary>
/// <param name="sandbox">The container.</param>
/// <param name="console">Our side.</param>
public sealed class ContainerSession(Sandbox sandbox, ContainerConsole console)
{
    private const int BufferSize = 64 * 1024;

    /// <summary>How the streams of a container are made.</summary>
    /// <param name="terminal">Whether it gets a terminal of its own (<c>-t</c>).</param>
    /// <param name="interactive">Whether it gets our input (<c>-i</c>).</param>
    /// <param name="console">Our side.</param>
    /// <exception cref="EngineException">A terminal is asked for, and input comes from none.</exception>
    public static SandboxStdio Stdio(bool terminal, bool interactive, ContainerConsole console)
    {
        ArgumentNullException.ThrowIfNull(console);
        if (!terminal)
        {
            // A pipe in the middle keeps files of ours out of the container: it could type into a terminal, or change the mode of /dev/null.
            return new PipedStdio(interactive ? SandboxInput.Pipe : SandboxInput.Empty);
        }

        if (interactive && console.InputTerminal is null)
        {
            throw new EngineException(EngineException.BadRequest, "-it needs a terminal, and standard input is none") { Hint = "leave out -t to hand standard input through as it is" };
        }

        var (columns, rows) = (console.OutputTerminal ?? console.InputTerminal)?.Size ?? default;
        return columns > 0 && rows > 0 ? SandboxStdio.Terminal(columns, rows) : SandboxStdio.Terminal(80, 24);
    }

    /// <summary>Runs until the container has ended and all that it wrote is passed on.</summary>
    public async Task<SandboxExit> FollowAsync()
    {
        using var signals = new SignalForwarder(sandbox);
        if (sandbox.Terminal is { } terminal)
        {
            signals.OnResize(() => Resize(terminal));
            using var raw = console.InputTerminal?.EnterRawMode();

            // The size may have changed between the start and the first signal.
            Resize(terminal);
            StartInput(console.InputTerminal is null ? null : terminal.Stream);
            await PumpAsync(terminal.Stream, console.Output);
            return await sandbox.Completion;
        }

        StartInput(sandbox.StandardInput);
        await Task.WhenAll(PumpAsync(sandbox.StandardOutput, console.Output), PumpAsync(sandbox.StandardError, console.Error));
        return await sandbox.Completion;
    }

    private void Resize(SandboxTerminal terminal)
    {
        if ((console.OutputTerminal ?? console.InputTerminal)?.Size is { Columns: > 0, Rows: > 0 } size)
        {
            terminal.Resize(size.Columns, size.Rows);
        }
    }

    private async Task PumpAsync(Stream? from, Stream to)
    {
        if (from is null)
        {
            return;
        }

        try
        {
            await from.CopyToAsync(to, BufferSize, CancellationToken.None);
        }
        catch (IOException)
        {
            // Whoever read our output went away: nothing that the container still says reaches anybody.
            sandbox.Kill();
            throw;
        }
    }

    // Not awaited: a read of standard input cannot be given up, and ends with the process.
    private void StartInput(Stream? to)
    {
        if (to is not null)
        {
            _ = Task.Run(() => PumpInput(console.OpenInput, to));
        }
    }

    private static void PumpInput(Func<Stream> open, Stream to)
    {
        try
        {
            using var from = open();
            from.CopyTo(to);

            // The end of our input is the end of the container's.
            to.Dispose();
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // The container has closed its input, or is gone.
        }
    }
}
