using System.Buffers.Binary;

namespace SharpBuild.Linux.Programs;

/// <summary>Writes the smallest executable file that the kernel takes: headers and code, one read-only segment, no library, no loader.</summary>
internal static class ElfFile
{
    private const ulong Address = 0x40_0000;
    private const int HeaderSize = 64;
    private const int ProgramHeaderSize = 56;
    private const int CodeOffset = HeaderSize + (2 * ProgramHeaderSize);
    private const int CodeAlignment = 16;

    /// <summary>The file, and where in it <paramref name="passenger"/> begins: code that is carried along and not executed by the file's program.</summary>
    public static (byte[] File, int PassengerOffset) Write(ushort machine, ReadOnlySpan<byte> code, ReadOnlySpan<byte> passenger)
    {
        var passengerOffset = (CodeOffset + code.Length + CodeAlignment - 1) & -CodeAlignment;
        var file = new byte[passengerOffset + passenger.Length];
        WriteHeader(file, machine);
        WriteSegment(file.AsSpan(HeaderSize), type: 1, flags: 5, Address, file.Length, alignment: 0x1_0000); // PT_LOAD, read and execute
        WriteSegment(file.AsSpan(HeaderSize + ProgramHeaderSize), type: 0x6474_E551, flags: 6, 0, 0, alignment: 16); // PT_GNU_STACK: not executable
        code.CopyTo(file.AsSpan(CodeOffset));
        passenger.CopyTo(file.AsSpan(passengerOffset));
        return (file, passengerOffset);
    }

    private static void WriteHeader(Span<byte> header, ushort machine)
    {
        ReadOnlySpan<byte> identification = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]; // 64 bits, little endian, version 1
        identification.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[16..], 2); // ET_EXEC
        BinaryPrimitives.WriteUInt16LittleEndian(header[18..], machine);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 1);
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], Address + CodeOffset);
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(header[52..], HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(header[54..], ProgramHeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(header[56..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[58..], 64); // the size of section headers, of which there are none
    }

    private static void WriteSegment(Span<byte> header, uint type, uint flags, ulong address, int size, ulong alignment)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(header, type);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], flags);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], address);
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], address);
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], (ulong)size);
        BinaryPrimitives.WriteUInt64LittleEndian(header[40..], (ulong)size);
        BinaryPrimitives.WriteUInt64LittleEndian(header[48..], alignment);
    }
}
