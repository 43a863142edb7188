using System.Buffers.Binary;

namespace SharpBuild.Image.Compression.Xz;

/// <summary>How the branches of each instruction set are written.</summary>
internal static class BranchConversions
{
    /// <summary>PowerPC: <c>bl</c> with 26 bits.</summary>
    public static bool PowerPc(Span<byte> instruction, uint address)
    {
        var word = BinaryPrimitives.ReadUInt32BigEndian(instruction);
        var isBranch = (word & 0xFC00_0003) == 0x4800_0001;
        if (isBranch)
        {
            var target = (word & 0x03FF_FFFC) - address;
            BinaryPrimitives.WriteUInt32BigEndian(instruction, 0x4800_0001 | (target & 0x03FF_FFFC));
        }

        return isBranch;
    }

    /// <summary>ARM: <c>bl</c> with 24 bits that count words from two instructions on.</summary>
    public static bool Arm(Span<byte> instruction, uint address)
    {
        var word = BinaryPrimitives.ReadUInt32LittleEndian(instruction);
        var isBranch = word >> 24 == 0xEB;
        if (isBranch)
        {
            var target = ((word << 2) - (address + 8)) >> 2;
            BinaryPrimitives.WriteUInt32LittleEndian(instruction, 0xEB00_0000 | (target & 0x00FF_FFFF));
        }

        return isBranch;
    }

    /// <summary>ARM Thumb: <c>bl</c> in two halves of 11 bits.</summary>
    public static bool Thumb(Span<byte> instruction, uint address)
    {
        uint high = BinaryPrimitives.ReadUInt16LittleEndian(instruction);
        uint low = BinaryPrimitives.ReadUInt16LittleEndian(instruction[2..]);
        var isBranch = high >> 11 == 0x1E && low >> 11 == 0x1F;
        if (isBranch)
        {
            var target = (((((high & 0x7FF) << 11) | (low & 0x7FF)) << 1) - (address + 4)) >> 1;
            BinaryPrimitives.WriteUInt16LittleEndian(instruction, (ushort)(0xF000 | ((target >> 11) & 0x7FF)));
            BinaryPrimitives.WriteUInt16LittleEndian(instruction[2..], (ushort)(0xF800 | (target & 0x7FF)));
        }

        return isBranch;
    }

    /// <summary>SPARC: <c>call</c> whose 30 bits fit into 23.</summary>
    public static bool Sparc(Span<byte> instruction, uint address)
    {
        var word = BinaryPrimitives.ReadUInt32BigEndian(instruction);
        var isBranch = word >> 22 is 0x100 or 0x1FF;
        if (isBranch)
        {
            var target = ((word << 2) - address) >> 2;
            var sign = (target & 0x0040_0000) == 0 ? 0 : 0x3FC0_0000u;
            BinaryPrimitives.WriteUInt32BigEndian(instruction, 0x4000_0000 | sign | (target & 0x003F_FFFF));
        }

        return isBranch;
    }

    /// <summary>ARM64: <c>bl</c> with 26 bits, and <c>adrp</c> within 512 MiB.</summary>
    public static bool Arm64(Span<byte> instruction, uint address)
    {
        var word = BinaryPrimitives.ReadUInt32LittleEndian(instruction);
        if (word >> 26 == 0x25)
        {
            var target = word - (address >> 2);
            BinaryPrimitives.WriteUInt32LittleEndian(instruction, 0x9400_0000 | (target & 0x03FF_FFFF));
            return true;
        }

        var page = ((word >> 29) & 3) | ((word >> 3) & 0x001F_FFFC);
        if ((word & 0x9F00_0000) != 0x9000_0000 || ((page + 0x0002_0000) & 0x001C_0000) != 0)
        {
            return false;
        }

        page -= address >> 12;
        var sign = (page & 0x0002_0000) == 0 ? 0 : 0x00E0_0000u;
        var low = (page & 3) << 29;
        var high = (page & 0x0003_FFFC) << 3;
        BinaryPrimitives.WriteUInt32LittleEndian(instruction, (word & 0x9000_001F) | low | high | sign);
        return true;
    }

    /// <summary>
    /// IA-64: a bundle of three 41-bit slots, of which the template in the lowest five bits says what they are.
    /// </summary>
    public static bool Ia64(Span<byte> bundle, uint address)
    {
        ReadOnlySpan<byte> branchSlots = [4, 4, 6, 6, 0, 0, 7, 7, 4, 4, 0, 0, 4, 4, 0, 0];
        var template = bundle[0] & 0x1F;
        var slots = template < 16 ? 0 : branchSlots[template - 16];
        for (var slot = 0; slot < 3; slot++)
        {
            if ((slots >> slot & 1) != 0)
            {
                ConvertSlot(bundle, 5 + (41 * slot), address);
            }
        }

        return true;
    }

    private static void ConvertSlot(Span<byte> bundle, int bit, uint address)
    {
        const ulong targetBits = (0xFFFFFUL << 13) | (1UL << 36);
        var bytes = bundle.Slice(bit / 8, 6);
        var all = BinaryPrimitives.ReadUInt32LittleEndian(bytes)
            | ((ulong)BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]) << 32);
        var shift = bit % 8;
        var slot = all >> shift;
        if (((slot >> 37) & 0xF) != 5 || ((slot >> 9) & 7) != 0)
        {
            return;
        }

        var target = (uint)((slot >> 13) & 0xFFFFF) | ((uint)((slot >> 36) & 1) << 20);
        target = ((target << 4) - address) >> 4;
        slot = (slot & ~targetBits) | ((ulong)(target & 0xFFFFF) << 13) | ((ulong)(target & 0x10_0000) << 16);
        all = (all & ((1UL << shift) - 1)) | (slot << shift);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)all);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], (ushort)(all >> 32));
    }
}
