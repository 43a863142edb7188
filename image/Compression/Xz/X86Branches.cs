using System.Buffers.Binary;

namespace SharpBuild.Image.Compression.Xz;

/// <summary>Calls and jumps of x86: E8 or E9, then 32 bits.</summary>
/// <remarks>
/// Instructions have no fixed length, so any E8 or E9 may be data. The filter converts one only if the highest byte of
/// its target is 00
/// or FF, and, when others like it stand up to three bytes before, only in the combinations that it can undo: <see
/// cref="recent"/> has a bit for each of those.
/// </remarks>
internal sealed class X86Branches : IBranchCode
{
    private const int Length = 5;

    private uint recent;
    private int sinceLast = Length;

    /// <inheritdoc/>
    public int Convert(Span<byte> code, uint address)
    {
        var position = 0;
        while (position + Length <= code.Length)
        {
            if ((code[position] & 0xFE) != 0xE8)
            {
                Advance(ref position, 1);
                continue;
            }

            recent = sinceLast > 3 ? 0 : (recent << (sinceLast - 1)) & 7;
            sinceLast = 0;
            if (IsSign(code[position + 4]) && IsConvertible(code[position..]))
            {
                var operand = code.Slice(position + 1, 4);
                BinaryPrimitives.WriteUInt32LittleEndian(operand, Relative(operand, address + (uint)position + Length));
                recent = 0;
                Advance(ref position, Length);
            }
            else
            {
                recent = (recent << 1) | 1;
                Advance(ref position, 1);
            }
        }

        return position;
    }

    private static bool IsSign(byte value) => value is 0x00 or 0xFF;

    // Which of the last three bytes looked like the start of a branch decides which byte of this one's target the
    // filter looked at.
    private static int DisputedByte(uint recent) => recent switch { 0 => 0, 1 => 1, 2 or 3 => 2, _ => 3 };

    private bool IsConvertible(ReadOnlySpan<byte> branch) =>
        recent is 0 || (recent is 1 or 2 or 4 && !IsSign(branch[4 - DisputedByte(recent)]));

    private uint Relative(ReadOnlySpan<byte> operand, uint next)
    {
        var absolute = BinaryPrimitives.ReadUInt32LittleEndian(operand);
        while (true)
        {
            var relative = absolute - next;
            var shift = 8 * DisputedByte(recent);
            if (recent == 0 || !IsSign((byte)(relative >> (24 - shift))))
            {
                return (relative & 0x0100_0000) == 0 ? relative & 0x00FF_FFFF : relative | 0xFF00_0000;
            }

            absolute = relative ^ ((1u << (32 - shift)) - 1);
        }
    }

    private void Advance(ref int position, int count)
    {
        position += count;
        sinceLast = Math.Min(sinceLast + count, Length);
    }
}
