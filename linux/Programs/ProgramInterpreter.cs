using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux.Programs;

/// <summary>Runs a program in this process, whose last act it is: what the stub does, for hosts that map no machine code.</summary>
/// <remarks>
/// Each call changes the calling thread only, where ids and privileges are concerned; exec ends all other threads.
/// </remarks>
public static unsafe partial class ProgramInterpreter
{
    /// <summary>Runs the program in <paramref name="file"/>; returns only when a call failed, after writing its place and its result to <paramref name="report"/>.</summary>
    public static void Run(SafeFileHandle file, SafeFileHandle report)
    {
        var program = ProgramTransfer.Read(file);
        using var loaded = new LoadedProgram(program);
        var operation = loaded.Start;
        while (operation < loaded.End)
        {
            operation->Result = Call(operation);
            if (operation->Result >= 0)
            {
                operation++;
                continue;
            }

            var errno = (int)-operation->Result;
            if ((operation->Tolerated & SyscallOperation.TolerateAny) == 0
                && (errno > 63 || (operation->Tolerated & (1UL << errno)) == 0))
            {
                break;
            }

            operation += operation->Advance;
        }

        var failure = stackalloc int[2];
        failure[0] = (int)(operation - loaded.Start);
        failure[1] = operation < loaded.End ? (int)operation->Result : 0;
        Pipes.Put(report, new ReadOnlySpan<byte>(failure, 2 * sizeof(int)));
    }

    private static long Call(SyscallOperation* operation)
    {
        var values = stackalloc long[SyscallOperation.ArgumentCount];
        for (var position = 0; position < SyscallOperation.ArgumentCount; position++)
        {
            var value = operation->Arguments[position];
            values[position] = (operation->Indirect & (1u << position)) != 0 ? *(long*)value : value;
        }

        var result = syscall(operation->Number, values[0], values[1], values[2], values[3], values[4], values[5]);
        return result == -1 ? -Marshal.GetLastPInvokeError() : result;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long first, long second, long third, long fourth, long fifth, long sixth);
}
