using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux.Programs;

/// <summary>Hands a program to another process of ours through a file in memory.</summary>
internal static class ProgramTransfer
{
    public static void Write(SyscallProgram program, SafeFileHandle file)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content);
        writer.Write(program.Count);
        foreach (ref readonly var operation in program.Operations)
        {
            writer.Write((int)operation.Call);
            writer.Write(operation.Tolerated);
            writer.Write(operation.Advance);
            foreach (var argument in operation.Arguments)
            {
                writer.Write((byte)argument.Kind);
                writer.Write(argument.Value);
            }
        }

        writer.Write(program.Content.Length);
        writer.Write(program.Content);
        writer.Write(program.Addresses.Length);
        foreach (var address in program.Addresses)
        {
            writer.Write(address);
        }

        writer.Flush();
        RandomAccess.Write(file, content.GetBuffer().AsSpan(0, (int)content.Length), 0);
    }

    public static SyscallProgram Read(SafeFileHandle file)
    {
        var content = new byte[RandomAccess.GetLength(file)];
        _ = RandomAccess.Read(file, content, 0);
        using var reader = new BinaryReader(new MemoryStream(content));
        var operations = new SyscallProgram.Operation[reader.ReadInt32()];
        for (var index = 0; index < operations.Length; index++)
        {
            operations[index] = ReadOperation(reader);
        }

        var data = reader.ReadBytes(reader.ReadInt32());
        var addresses = new int[reader.ReadInt32()];
        for (var index = 0; index < addresses.Length; index++)
        {
            addresses[index] = reader.ReadInt32();
        }

        return new SyscallProgram(operations, data, addresses);
    }

    private static SyscallProgram.Operation ReadOperation(BinaryReader reader)
    {
        var operation = new SyscallProgram.Operation((SyscallNumber)reader.ReadInt32(), null)
        {
            Tolerated = reader.ReadUInt64(),
            Advance = reader.ReadInt32(),
        };
        for (var position = 0; position < operation.Arguments.Length; position++)
        {
            operation.Arguments[position] = Operand.Of((OperandKind)reader.ReadByte(), reader.ReadInt64());
        }

        return operation;
    }
}
