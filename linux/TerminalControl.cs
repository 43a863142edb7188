using System.Runtime.InteropServices;

namespace SharpBuild.Linux;

/// <summary>The terminal behind a descriptor: ioctl_tty(2).</summary>
public static unsafe partial class TerminalControl
{
    private const nuint GetAttributes = 0x5401;  // TCGETS
    private const nuint SetAttributes = 0x5402;  // TCSETS: at once
    private const nuint GetWindowSize = 0x5413;  // TIOCGWINSZ

    /// <summary>Whether <paramref name="descriptor"/> is a terminal.</summary>
    public static bool IsTerminal(int descriptor)
    {
        KernelTermios attributes;
        return ioctl(descriptor, GetAttributes, &attributes) == 0;
    }

    /// <summary>The size of the terminal in characters; zeros when it is not known, or no terminal.</summary>
    public static (int Columns, int Rows) ReadSize(int descriptor)
    {
        var size = stackalloc ushort[4];
        return ioctl(descriptor, GetWindowSize, size) == 0 ? (size[1], size[0]) : (0, 0);
    }

    /// <summary>Switches the terminal to raw mode: each key goes through as it is, none is a signal, nothing is echoed.</summary>
    /// <returns>The attributes before, for <see cref="Restore"/>.</returns>
    /// <exception cref="SyscallException">It is no terminal.</exception>
    public static byte[] MakeRaw(int descriptor)
    {
        KernelTermios attributes;
        Errno.ThrowIfFailed(ioctl(descriptor, GetAttributes, &attributes), "ioctl", null);
        var before = new ReadOnlySpan<byte>(&attributes, sizeof(KernelTermios)).ToArray();
        attributes.MakeRaw();
        Errno.ThrowIfFailed(ioctl(descriptor, SetAttributes, &attributes), "ioctl", null);
        return before;
    }

    /// <summary>Puts back what <see cref="MakeRaw"/> returned; a terminal that has gone away is left in peace.</summary>
    public static void Restore(int descriptor, ReadOnlySpan<byte> before)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(before.Length, sizeof(KernelTermios), nameof(before));
        fixed (byte* attributes = before)
        {
            _ = ioctl(descriptor, SetAttributes, attributes);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int descriptor, nuint request, void* argument);

    /// <summary>The kernel's own struct termios (asm-generic/termbits.h), not libc's, which is longer.</summary>
    private struct KernelTermios
    {
        private const uint InputOff = 0x1 | 0x2 | 0x8 | 0x20 | 0x40 | 0x80 | 0x100 | 0x400; // IGNBRK BRKINT PARMRK ISTRIP INLCR IGNCR ICRNL IXON
        private const uint OutputOff = 0x1;                                                    // OPOST
        private const uint LocalOff = 0x1 | 0x2 | 0x8 | 0x40 | 0x8000;                         // ISIG ICANON ECHO ECHONL IEXTEN
        private const uint CharacterSize = 0x30;                                               // CSIZE; CS8 is all of it
        private const uint Parity = 0x100;                                                     // PARENB
        private const int Minimum = 6;                                                         // VMIN
        private const int Time = 5;                                                            // VTIME

        private uint input;
        private uint output;
        private uint control;
        private uint local;
        private byte discipline;
        private fixed byte characters[19];

        public void MakeRaw()
        {
            input &= ~InputOff;
            output &= ~OutputOff;
            local &= ~LocalOff;
            control = (control & ~Parity) | CharacterSize;
            characters[Minimum] = 1;
            characters[Time] = 0;
            _ = discipline;
        }
    }
}
