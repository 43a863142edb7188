using System.Runtime.InteropServices;

namespace SharpBuild.Linux.Programs;

/// <summary>One operation as the stub reads it; the layout is written down in Stub.x64.s.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SyscallOperation
{
    public const int ArgumentCount = 6;
    public const ulong TolerateAny = 1;

    public long Number;
    public fixed long Arguments[ArgumentCount];
    public long Result;
    public ulong Tolerated;
    public int Advance;
    public uint Indirect;
}
