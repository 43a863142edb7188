using System.Buffers.Binary;

namespace SharpBuild.Image.Compression.Xz;

/// <summary>A filter as a block's header names it.</summary>
/// <param name="Id">Which one.</param>
/// <param name="Properties">Its settings.</param>
internal readonly record struct XzFilter(long Id, ReadOnlyMemory<byte> Properties)
{
    private const long Delta = 0x03;
    private const long Lzma2 = 0x21;

    /// <summary>Whether it is LZMA2, which has to be the last one, and is the only one that can be.</summary>
    public bool IsLzma2 => Id == Lzma2;

    /// <summary>The dictionary of LZMA2, as the format writes it; null when it is not valid.</summary>
    public byte? Dictionary => Properties.Length == 1 && Properties.Span[0] <= 40 ? Properties.Span[0] : null;

    /// <summary>Undoes the filter; null when it is not known, or its settings are not valid.</summary>
    public IXzData? Undo(IXzData inner) => Id == Delta
        ? Properties.Length == 1 ? new DeltaFilter(inner, Properties.Span[0] + 1) : null
        : Branches() is ({ } code, var alignment) && Offset() is { } offset && offset % alignment == 0
            ? new BranchFilter(inner, code, offset)
            : null;

    private (IBranchCode? Code, uint Alignment) Branches() => Id switch
    {
        0x04 => (new X86Branches(), 1),
        0x05 => (new AlignedBranches(4, 4, BranchConversions.PowerPc), 4),
        0x06 => (new AlignedBranches(16, 16, BranchConversions.Ia64), 16),
        0x07 => (new AlignedBranches(4, 4, BranchConversions.Arm), 4),
        0x08 => (new AlignedBranches(2, 4, BranchConversions.Thumb), 2),
        0x09 => (new AlignedBranches(4, 4, BranchConversions.Sparc), 4),
        0x0A => (new AlignedBranches(4, 4, BranchConversions.Arm64), 4),
        _ => (null, 1),
    };

    private uint? Offset() => Properties.Length switch
    {
        0 => 0,
        4 => BinaryPrimitives.ReadUInt32LittleEndian(Properties.Span),
        _ => null,
    };
}
