namespace SharpBuild.Image.Compression.Xz;

/// <summary>Converts one instruction; tells whether it was a branch.</summary>
/// <param name="instruction">Its bytes.</param>
/// <param name="address">Its address.</param>
internal delegate bool BranchConversion(Span<byte> instruction, uint address);
