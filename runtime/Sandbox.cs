using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;
using SharpBuild.Runtime.Roots;
using SharpBuild.Runtime.Starting;

namespace SharpBuild.Runtime;

/// <summary>A running command in its namespaces. Thread-safe.</summary>
public sealed class Sandbox : IAsyncDisposable
{
    private const int KillSignal = 9;

    private readonly SafeFileHandle process;
    private readonly SandboxGuard guard;
    private readonly StandardStreams streams;
    private readonly MountPoints points;
    private readonly SandboxCgroup? cgroup;
    private readonly TaskCompletionSource<SandboxExit> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private bool isReaped;
    private bool isDisposed;

    internal Sandbox((int Id, SafeFileHandle Descriptor) process, SandboxGuard guard, StandardStreams streams, MountPoints points, SandboxCgroup? cgroup)
    {
        ProcessId = process.Id;
        this.process = process.Descriptor;
        this.guard = guard;
        this.streams = streams;
        this.points = points;
        this.cgroup = cgroup;
        _ = Poller.Shared.Watch(process.Descriptor, PollEvents.Readable, Reap);
    }

    /// <summary>The process id in the host's (or our own) namespace.</summary>
    public int ProcessId { get; }

    /// <summary>What it writes to standard output; null unless that is a pipe.</summary>
    public Stream? StandardOutput => streams.Output;

    /// <summary>What it writes to standard error; null unless that is a pipe.</summary>
    public Stream? StandardError => streams.Error;

    /// <summary>What it reads from standard input; null unless that is a pipe. Disposing it is the end of the input.</summary>
    public Stream? StandardInput => streams.Input;

    /// <summary>The caller's end of its terminal; null unless it has one.</summary>
    public SandboxTerminal? Terminal => streams.Terminal;

    /// <summary>Completes when the command has ended; its output may hold unread bytes still.</summary>
    public Task<SandboxExit> Completion => completion.Task;

    /// <summary>Sends a signal to the command; nothing happens when it has ended.</summary>
    public void Signal(int signal)
    {
        lock (gate)
        {
            if (!isReaped)
            {
                Processes.SendSignal(process, signal);
            }
        }
    }

    /// <summary>Ends all processes of the sandbox at once: with its first process the kernel ends the rest of the namespace.</summary>
    public void Kill() => Signal(KillSignal);

    /// <summary>Kills what still runs, waits for its end, and takes back what the start left in the root and on the host.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            if (isDisposed)
            {
                return;
            }

            isDisposed = true;
        }

        Kill();
        await Completion;
        guard.Dispose();
        process.Dispose();
        streams.Dispose();
        points.Dispose();
        if (cgroup is not null)
        {
            await cgroup.RemoveAsync();
        }
    }

    private void Reap()
    {
        ProcessEnd end;
        lock (gate)
        {
            end = Processes.Wait(process);
            isReaped = true;
        }

        completion.TrySetResult(new(end.Code, end.Signal, cgroup?.SawOutOfMemory ?? false));
    }
}
