using System.Runtime.InteropServices;

namespace SharpBuild.Linux.Programs;

/// <summary>One operation as the machine code reads it; the layout is written down in Interpreter.x64.s.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SyscallOperation
{
    public const int ArgumentCount = 6;
    public const int ResultOffset = 56;
    public const ulong TolerateAny = 1;

    public long Number;
    public fixed long Arguments[ArgumentCount];
    public long Result;
    public ulong Tolerated;
    public int Advance;
    public uint Indirect;
}
