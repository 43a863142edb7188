namespace SharpBuild.Image.Compression.Xz;

/// <summary>
/// Undoes the delta filter: each byte was stored as its difference to the one <paramref name="distance"/> before it.
/// </summary>
internal sealed class DeltaFilter(IXzData inner, int distance) : IXzData
{
    private readonly byte[] history = new byte[distance];
    private int position;

    /// <inheritdoc/>
    public int Read(Span<byte> buffer)
    {
        var length = inner.Read(buffer);
        foreach (ref var value in buffer[..length])
        {
            value += history[position];
            history[position] = value;
            position = position + 1 == distance ? 0 : position + 1;
        }

        return length;
    }
}
