using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux.Programs;

/// <summary>An argument of a system call in a program: a number, the address of some of the program's data, or what an earlier call returned.</summary>
public readonly record struct Operand
{
    private Operand(OperandKind kind, long value, SafeFileHandle? handle = null)
    {
        Kind = kind;
        Value = value;
        Handle = handle;
    }

    /// <summary>The pipe that failures are reported to. Writing to it fails when whoever started the program is gone.</summary>
    public static Operand Report { get; } = new(OperandKind.Report, 0);

    internal OperandKind Kind { get; }

    internal long Value { get; }

    internal SafeFileHandle? Handle { get; }

    /// <summary>A number.</summary>
    public static implicit operator Operand(long value) => new(OperandKind.Number, value);

    /// <summary>A flag word.</summary>
    public static implicit operator Operand(MountAttributes value) => new(OperandKind.Number, (long)value);

    /// <summary>A descriptor of this process, which the child has under the same number.</summary>
    /// <remarks>The caller keeps it open until the program was run.</remarks>
    public static implicit operator Operand(SafeFileHandle handle) => new(OperandKind.Number, (long)handle.DangerousGetHandle(), handle);

    internal static Operand Data(int offset) => new(OperandKind.Data, offset);

    internal static Operand Result(int index) => new(OperandKind.Result, index);
}

internal enum OperandKind
{
    Number,
    Data,
    Result,
    Report,
}
