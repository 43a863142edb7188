using SharpBuild.Linux;
using SharpBuild.Linux.Programs;

namespace SharpBuild.Runtime;

/// <summary>Whether the kernel gives a new process namespace its own <c>/proc</c>.</summary>
/// <remarks>
/// In a user namespace it refuses when the <c>/proc</c> that we see has something mounted over it, since a fresh
/// one would show what was hidden. There is no way to ask; it is tried in a process that does nothing else.
/// </remarks>
internal static class ProcProbe
{
    public static bool CanMount()
    {
        if (!ProgramStarter.IsSupported)
        {
            return true; // the start itself will tell
        }

        var program = new SyscallProgram();
        program.CreateMount(program.OpenFileSystem("proc"), "proc", MountAttributes.None);
        using var run = ProgramStarter.Start(program, CloneFlags.NewProcessIds | CloneFlags.NewMounts);
        using var process = run.TakeDescriptor();
        var failure = run.WaitForExec();
        _ = Processes.Wait(process);
        return failure is null;
    }
}
