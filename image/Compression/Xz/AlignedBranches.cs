namespace SharpBuild.Image.Compression.Xz;

/// <summary>
/// Branches of an instruction set whose instructions stand at multiples of <paramref name="alignment"/>.
/// </summary>
/// <param name="alignment">How far apart two instructions may begin.</param>
/// <param name="size">How many bytes a branch has.</param>
/// <param name="convert">Converts one.</param>
internal sealed class AlignedBranches(int alignment, int size, BranchConversion convert) : IBranchCode
{
    /// <inheritdoc/>
    public int Convert(Span<byte> code, uint address)
    {
        var position = 0;
        while (position + size <= code.Length)
        {
            position += convert(code.Slice(position, size), address + (uint)position) ? size : alignment;
        }

        return position;
    }
}
