namespace SharpBuild.Image.Compression.Xz;

/// <summary>The data of one block, after one of its filters.</summary>
internal interface IXzData
{
    /// <summary>Reads some; 0 at the block's end.</summary>
    int Read(Span<byte> buffer);
}
