using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux.Programs;

/// <summary>A process that was started with a program. Dispose only when the program has executed or its process has ended: until then it works on this memory.</summary>
public sealed unsafe class ProgramRun : IDisposable
{
    private readonly SyscallProgram source;
    private SafeFileHandle? descriptor;

    internal ProgramRun(SyscallProgram source)
    {
        this.source = source;
        Program = new LoadedProgram(source);
        State = (ProgramStub.State*)NativeMemory.AllocZeroed((nuint)sizeof(ProgramStub.State));
    }

    /// <summary>The process id as this process sees it.</summary>
    public int ProcessId { get; private set; }

    internal LoadedProgram Program { get; }

    internal ProgramStub.State* State { get; }

    /// <summary>Hands out the descriptor of the process (pidfd); the caller owns it then.</summary>
    public SafeFileHandle TakeDescriptor()
    {
        var taken = descriptor ?? throw new InvalidOperationException("the descriptor was taken before");
        descriptor = null;
        return taken;
    }

    /// <summary>What the call at <paramref name="index"/> returned: a negative error number when it failed.</summary>
    public long ResultOf(int index) => Program.ResultOf(index);

    /// <summary>The call that ended the program before its exec, if one did. Only meaningful with shared memory, and once the child is past it.</summary>
    public ProgramFailure? Failure
    {
        get
        {
            if (State->Failed is null)
            {
                return null;
            }

            var index = (int)(State->Failed - Program.Start);
            var (call, subject) = source.Describe(index);
            return new(index, call, (int)-Program.ResultOf(index), subject);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        descriptor?.Dispose();
        Program.Dispose();
        NativeMemory.Free(State);
    }

    internal void Begin((int ProcessId, SafeFileHandle Descriptor) child) => (ProcessId, descriptor) = child;
}

/// <summary>The call that ended a program.</summary>
/// <param name="Index">Its place in the program.</param>
/// <param name="Call">Its name as in the manual page.</param>
/// <param name="Errno">The error number.</param>
/// <param name="Subject">What it was about.</param>
public sealed record ProgramFailure(int Index, string Call, int Errno, string? Subject);
