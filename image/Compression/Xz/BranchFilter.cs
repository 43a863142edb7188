namespace SharpBuild.Image.Compression.Xz;

/// <summary>
/// Undoes a filter for executables: it replaced the relative targets of calls by absolute ones, which repeat more
/// often.
/// </summary>
/// <param name="inner">The filtered data.</param>
/// <param name="code">Converts for one instruction set.</param>
/// <param name="offset">The address of the first byte.</param>
internal sealed class BranchFilter(IXzData inner, IBranchCode code, uint offset) : IXzData
{
    private readonly byte[] buffer = new byte[16 * 1024];
    private uint address = offset;
    private int start;
    private int converted;
    private int end;

    /// <inheritdoc/>
    public int Read(Span<byte> target)
    {
        if (target.IsEmpty || (start == converted && !Refill()))
        {
            return 0;
        }

        var length = Math.Min(target.Length, converted - start);
        buffer.AsSpan(start, length).CopyTo(target);
        start += length;
        return length;
    }

    // An instruction may be cut in two by what was read: its first bytes wait for the others. Those at the very end
    // were left as they are.
    private bool Refill()
    {
        buffer.AsSpan(converted, end - converted).CopyTo(buffer);
        (start, converted, end) = (0, 0, end - converted);
        while (converted == 0)
        {
            var length = inner.Read(buffer.AsSpan(end));
            if (length == 0)
            {
                converted = end;
                return end > 0;
            }

            end += length;
            converted = code.Convert(buffer.AsSpan(0, end), address);
            address += (uint)converted;
        }

        return true;
    }
}
