using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux.Programs;

/// <summary>A program as the machine code reads it: a file in memory that is mapped at a fixed address. The layout is written down in Interpreter.x64.s.</summary>
internal static unsafe class ProgramTable
{
    private const long Address = 0x1000_0000;
    private const int HeaderSize = 32;

    /// <summary>Writes the table of <paramref name="program"/>, whose failures go to <paramref name="report"/>.</summary>
    public static SafeFileHandle Write(SyscallProgram program, SafeFileHandle report)
    {
        var table = new byte[DataOffset(program) + program.Content.Length];
        var header = MemoryMarshal.Cast<byte, long>(table.AsSpan(0, HeaderSize));
        header[0] = Address + DataOffset(program);
        header[1] = (long)report.DangerousGetHandle();
        WriteOperations(program, MemoryMarshal.Cast<byte, SyscallOperation>(table.AsSpan(HeaderSize, program.Count * sizeof(SyscallOperation))), header[1]);
        WriteData(program, table.AsSpan(DataOffset(program)));
        var file = Pipes.MemoryFile("container-table");
        RandomAccess.Write(file, table, 0);
        return file;
    }

    /// <summary>Which operation lies at an address that a report names; -1 for none.</summary>
    public static int IndexOf(long address) => address == 0 ? -1 : (int)((address - Address - HeaderSize) / sizeof(SyscallOperation));

    private static int DataOffset(SyscallProgram program) => HeaderSize + (program.Count * sizeof(SyscallOperation));

    private static void WriteOperations(SyscallProgram program, Span<SyscallOperation> table, long report)
    {
        var data = Address + DataOffset(program);
        for (var index = 0; index < table.Length; index++)
        {
            ref readonly var source = ref program.Operations[index];
            ref var target = ref table[index];
            target.Number = (long)source.Call;
            target.Tolerated = source.Tolerated;
            target.Advance = source.Advance;
            for (var position = 0; position < SyscallOperation.ArgumentCount; position++)
            {
                var operand = source.Arguments[position];
                target.Arguments[position] = operand.Kind switch
                {
                    OperandKind.Data => data + operand.Value,
                    OperandKind.Result => Address + HeaderSize + (operand.Value * sizeof(SyscallOperation)) + SyscallOperation.ResultOffset,
                    OperandKind.Report => report,
                    _ => operand.Value,
                };
                target.Indirect |= operand.Kind == OperandKind.Result ? 1u << position : 0;
            }
        }
    }

    private static void WriteData(SyscallProgram program, Span<byte> target)
    {
        program.Content.CopyTo(target);
        foreach (var offset in program.Addresses)
        {
            MemoryMarshal.Cast<byte, long>(target[offset..])[0] += Address + DataOffset(program);
        }
    }
}
