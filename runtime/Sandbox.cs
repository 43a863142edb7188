namespace SharpBuild.Runtime;

/// <summary>A running command in its namespaces. Thread-safe.</summary>
public sealed class Sandbox : IAsyncDisposable
{
    private Sandbox()
    {
    }

    /// <summary>The process id in the host's (or our own) namespace.</summary>
    public int ProcessId { get; }

    /// <summary>What it writes to standard output; null unless that is a pipe.</summary>
    public Stream? StandardOutput { get; }

    /// <summary>What it writes to standard error; null unless that is a pipe.</summary>
    public Stream? StandardError { get; }

    /// <summary>What it reads from standard input; null unless that is a pipe. Disposing it is the end of the input.</summary>
    public Stream? StandardInput { get; }

    /// <summary>The caller's end of its terminal; null unless it has one.</summary>
    public SandboxTerminal? Terminal { get; }

    /// <summary>Completes when the command has ended; its output may hold unread bytes still.</summary>
    public Task<SandboxExit> Completion { get; } = Task.FromResult(default(SandboxExit));

    /// <summary>Sends a signal to the command; nothing happens when it has ended.</summary>
    public void Signal(int signal) => throw new NotSupportedException($"{signal} to {ProcessId}");

    /// <summary>Ends all processes of the sandbox at once; nothing happens when it has ended.</summary>
    public void Kill() => Signal(9);

    /// <summary>Kills what still runs, waits for its end, and takes back what the start left in the root and on the host.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
