using Microsoft.Win32.SafeHandles;
using SharpBuild.Builder.Events;
using SharpBuild.Builder.Planning;
using SharpBuild.Cache;
using SharpBuild.Parser;
using SharpBuild.Runtime;

namespace SharpBuild.Builder.Execution;

/// <summary>Runs the process of a RUN step in a sandbox whose root is the step's layer over its parents.</summary>
internal sealed class RunExecutor(RuntimeOptions runtime, ResourceLimits? resources, SourceText file, StepMounts mounts, bool keepsFailedStep, EventWriter events) : IDisposable
{
    private const int TailLines = 20;
    private const int BufferSize = 16 * 1024;

    private FailedStep? failed;

    /// <summary>The first step whose process failed, when it was to be kept.</summary>
    public FailedStep? Failed => failed;

    /// <summary>Whether a failed step still needs this draft.</summary>
    public bool Keeps(LayerDraft draft) => ReferenceEquals(failed?.Draft, draft);

    /// <inheritdoc/>
    public void Dispose() => failed?.Dispose();

    /// <summary>Runs the process to its end.</summary>
    /// <exception cref="BuildException">It failed, or could not be started.</exception>
    public async Task RunAsync(RunStep step, StepId id, LayerDraft draft, Func<Step, StepStatus> statusOf, CancellationToken cancellationToken)
    {
        try
        {
            var leases = await mounts.PrepareAsync(step, statusOf, cancellationToken);
            try
            {
                await RunAsync(step, id, draft, leases, cancellationToken);
            }
            finally
            {
                if (!Keeps(draft))
                {
                    leases.Dispose();
                }
            }
        }
        catch (SandboxException exception) when (exception.IsUnknownFormat && step.ForeignPlatform is not null)
        {
            throw new BuildException("SB3009", $"this machine cannot run programs of {step.ForeignPlatform}: {exception.Message}", exception)
            {
                File = file,
                Span = step.Span,
                StepName = step.Name,
                Hint = "install qemu-user-static, whose emulators the kernel starts through binfmt_misc, or compile in a stage 'FROM --platform=$BUILDPLATFORM'",
                ExitCode = exception.ExitCode,
            };
        }
        catch (SandboxException exception) when (exception.Code != SandboxException.HostRefused)
        {
            throw new BuildException(exception.Code, exception.Message, exception)
            {
                File = file,
                Span = step.Span,
                StepName = step.Name,
                Hint = exception.Hint,
                ExitCode = exception.ExitCode,
            };
        }
    }

    private SandboxSpec Specify(RunStep step, SafeFileHandle root, MountLeases leases) => new()
    {
        Root = root,
        Arguments = step.Arguments,
        Environment = [.. step.Environment, .. step.ProxyEnvironment, .. leases.Environment],
        WorkingDirectory = step.WorkingDirectory,
        User = step.User,
        Network = step.Network == "none" ? SandboxNetwork.None : SandboxNetwork.Host,
        Mounts = leases.Mounts,
        ExtraHosts = step.ExtraHosts,
        Hostname = step.Hostname ?? SandboxSpec.DefaultHostname,
        ShmSize = step.ShmSize ?? SandboxSpec.DefaultShmSize,
        Ulimits = step.Ulimits,
        CgroupParent = step.CgroupParent,
        Limits = resources,
        Security = step.IsInsecure ? SandboxSecurity.Insecure : SandboxSecurity.Default,
    };

    private async Task RunAsync(RunStep step, StepId id, LayerDraft draft, MountLeases leases, CancellationToken cancellationToken)
    {
        using var root = draft.OpenRoot();
        var spec = StepDevices.Apply(Specify(step, root, leases), step.Devices) with { Held = [draft.Lock] };
        await using var sandbox = SandboxLauncher.Start(spec, runtime);
        await using var stop = cancellationToken.Register(sandbox.Kill);
        var tail = new OutputTail(TailLines);
        await Task.WhenAll(PumpAsync(sandbox.StandardOutput!, id, 1, tail), PumpAsync(sandbox.StandardError!, id, 2, tail));
        var exit = await sandbox.Completion;
        cancellationToken.ThrowIfCancellationRequested();
        if (exit.Code != 0)
        {
            var failure = Failure(step, exit, tail);
            if (keepsFailedStep)
            {
                Interlocked.CompareExchange(ref failed, new(failure, spec, draft, leases, runtime), null);
            }

            throw failure;
        }
    }

    private BuildException Failure(RunStep step, SandboxExit exit, OutputTail tail)
    {
        var command = string.Join(' ', step.Arguments);
        var (code, reason) = exit.OutOfMemory ? ("SB3007", "ran out of memory") : ("SB3001", "did not complete successfully");
        return new BuildException(code, $"process {GoText.Quote(command)} {reason}: exit code: {exit.Code}")
        {
            Hint = exit.OutOfMemory ? "raise --resource memory, or let it do less at once" : null,
            File = file,
            Span = step.Span,
            StepName = step.Name,
            ExitCode = exit.Code,
            OutputTail = tail.Read(),
        };
    }

    private async Task PumpAsync(Stream stream, StepId id, int number, OutputTail tail)
    {
        var buffer = new byte[BufferSize];
        int length;
        while ((length = await stream.ReadAsync(buffer)) > 0)
        {
            var data = buffer.AsSpan(0, length).ToArray();
            events.Write(new StepOutput(events.Now, id, number, data));
            lock (tail)
            {
                tail.Add(data);
            }
        }
    }
}
