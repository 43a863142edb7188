using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;
using SharpBuild.Linux.Programs;

namespace SharpBuild.Runtime.Starting;

/// <summary>A process of a few kilobytes beside a sandbox, which ends the sandbox when this program dies.</summary>
/// <remarks>
/// The kernel's own signal at the death of a parent is no more than a request: whoever runs in the sandbox can take it back (prctl(2)).
/// The guard also holds the launcher's locks until the sandbox has ended, so that nobody takes its files away before.
/// </remarks>
internal sealed class SandboxGuard : IDisposable
{
    private const int Kill = 9; // SIGKILL

    private readonly SafeFileHandle guard;

    private SandboxGuard(SafeFileHandle guard) => this.guard = guard;

    /// <summary>Starts the guard of a sandbox.</summary>
    /// <param name="process">The first process of the sandbox.</param>
    /// <param name="held">What stays open until the sandbox has ended.</param>
    public static SandboxGuard Start(SafeFileHandle process, IEnumerable<SafeFileHandle> held)
    {
        using var launcher = Processes.Open(System.Environment.ProcessId);
        using var run = ProgramStarter.Start(Describe(process, launcher, held));
        return new(run.TakeDescriptor());
    }

    /// <summary>Waits for its end, which follows that of the sandbox.</summary>
    public void Dispose()
    {
        _ = Processes.Wait(guard);
        guard.Dispose();
    }

    private static SyscallProgram Describe(SafeFileHandle process, SafeFileHandle launcher, IEnumerable<SafeFileHandle> held)
    {
        var program = new SyscallProgram();
        program.ForbidTracing();
        program.Control(15, program.Text("container-guard")); // PR_SET_NAME: a "killall sharpbuild" is not meant for it
        program.Add(SyscallNumber.Setsid, null);
        program.ChangeDirectory("/");
        for (var stream = 0; stream <= 2; stream++)
        {
            program.Add(SyscallNumber.Close, null, stream);
            program.Tolerate();
        }

        foreach (var handle in held)
        {
            program.Keep(handle);
        }

        program.WaitForEnd(launcher, process);
        program.Add(SyscallNumber.PidfdSendSignal, null, process, Kill);
        program.Tolerate(Errno.ESRCH);
        program.WaitForEnd(process);
        return program;
    }
}
