using System.Runtime.InteropServices;

namespace SharpBuild.Linux.Seccomp;

/// <summary>An instruction of a seccomp(2) filter, as the kernel reads it (struct sock_filter).</summary>
/// <param name="Code">What to do.</param>
/// <param name="WhenTrue">How many instructions to skip when a comparison holds.</param>
/// <param name="WhenFalse">How many to skip when it does not.</param>
/// <param name="Operand">The value.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct BpfInstruction(BpfCode Code, byte WhenTrue, byte WhenFalse, uint Operand);

/// <summary>What an instruction does; the accumulator is one 32-bit word.</summary>
public enum BpfCode : ushort
{
    /// <summary>Skip as many instructions as the operand says.</summary>
    Jump = 0x05,

    /// <summary>End with the operand as the verdict.</summary>
    Return = 0x06,

    /// <summary>Is the accumulator the operand?</summary>
    IfEqual = 0x15,

    /// <summary>Load a word of the call's data; the operand is its offset.</summary>
    Load = 0x20,

    /// <summary>Is the accumulator at least the operand?</summary>
    IfAtLeast = 0x35,

    /// <summary>Has the accumulator one of the operand's bits?</summary>
    IfAnyBit = 0x45,

    /// <summary>Clear the bits that the operand lacks.</summary>
    And = 0x54,
}
