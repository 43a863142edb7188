namespace SharpBuild.Image.Compression.Xz;

/// <summary>Finds the branches of one instruction set, and makes their absolute targets relative again.</summary>
internal interface IBranchCode
{
    /// <summary>
    /// Converts as much as possible, in place. Returns how many bytes are final; the others have to be given again with
    /// more behind them.
    /// </summary>
    /// <param name="code">The bytes.</param>
    /// <param name="address">The address of the first of them.</param>
    int Convert(Span<byte> code, uint address);
}
