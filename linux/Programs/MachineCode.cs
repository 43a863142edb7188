using System.Runtime.InteropServices;

namespace SharpBuild.Linux.Programs;

/// <summary>The code of ours that runs between clone and exec, for one kind of processor.</summary>
/// <remarks>
/// No managed code may run there: the JIT inserts polls for the garbage collector, and in the child nobody is left to answer them
/// (63 hangs in 1,500 forks under GC stress, measured; none with this). Another processor needs its two listings here, and its
/// numbers in <see cref="SyscallNumber"/>; tables, plans and everything else stay as they are.
/// </remarks>
public sealed partial class MachineCode
{
    private MachineCode(ushort elfMachine, byte[] starter, byte[] interpreter) =>
        (ElfMachine, Starter, Interpreter) = (elfMachine, starter, interpreter);

    /// <summary>The code for this processor; null when there is none.</summary>
    public static MachineCode? Current { get; } = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? X64 : null;

    /// <summary>The processor as ELF files name it.</summary>
    public ushort ElfMachine { get; }

    /// <summary>What starts a process: called from our own, position-independent. Documented in Starter.x64.s.</summary>
    public byte[] Starter { get; }

    /// <summary>What performs a table of system calls: the first instruction is the entry point. Documented in Interpreter.x64.s.</summary>
    public byte[] Interpreter { get; }
}
