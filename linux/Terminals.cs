using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>Terminals: making a pair, sizes, and raw mode (tty_ioctl(4), termios(3)).</summary>
public static unsafe partial class Terminals
{
    private const nuint SetLock = 0x40045431; // TIOCSPTLCK
    private const nuint OpenPeer = 0x5441; // TIOCGPTPEER
    private const nuint GetSize = 0x5413; // TIOCGWINSZ
    private const nuint SetSize = 0x5414; // TIOCSWINSZ
    private const int StructureSize = 128; // struct termios of glibc has 60 bytes, of musl too
    private const int DrainFirst = 1; // TCSADRAIN

    /// <summary>Whether a descriptor is a terminal.</summary>
    public static bool IsTerminal(SafeFileHandle handle) => isatty(handle) == 1;

    /// <summary>Opens a new pair on a devpts mount, by descriptor: no path that a container could have swapped is used.</summary>
    public static (SafeFileHandle Master, SafeFileHandle Peer) OpenPair(SafeFileHandle devpts)
    {
        const OpenFlags flags = OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal;
        var master = Descriptors.OpenAt(devpts, "ptmx", flags, ResolveFlags.Beneath | ResolveFlags.NoSymlinks);
        var unlocked = 0;
        Errno.ThrowIfFailed(ioctl(master, SetLock, &unlocked), "ioctl(TIOCSPTLCK)", null);
        var peer = ioctl(master, OpenPeer, (void*)(int)(flags | OpenFlags.CloseOnExec));
        Errno.ThrowIfFailed(peer, "ioctl(TIOCGPTPEER)", null);
        return (master, new SafeFileHandle(peer, ownsHandle: true));
    }

    /// <summary>Whether this process's group is the one that the terminal on standard error sends its keys' signals to.</summary>
    public static bool IsForeground => tcgetpgrp(2) == getpgrp();

    /// <summary>The size in columns and rows; null when it is no terminal.</summary>
    public static (int Columns, int Rows)? GetWindowSize(SafeFileHandle terminal)
    {
        var size = stackalloc ushort[4];
        return ioctl(terminal, GetSize, size) == 0 ? (size[1], size[0]) : null;
    }

    /// <summary>Sets the size; the processes in the foreground are told by SIGWINCH.</summary>
    public static void SetWindowSize(SafeFileHandle terminal, int columns, int rows)
    {
        var size = stackalloc ushort[4];
        size[0] = checked((ushort)rows);
        size[1] = checked((ushort)columns);
        Errno.ThrowIfFailed(ioctl(terminal, SetSize, size), "ioctl(TIOCSWINSZ)", null);
    }

    /// <summary>Passes every key through as it is; dispose the result to have the terminal as it was.</summary>
    public static IDisposable EnterRawMode(SafeFileHandle terminal)
    {
        var saved = new byte[StructureSize];
        fixed (byte* before = saved)
        {
            Errno.ThrowIfFailed(tcgetattr(terminal, before), "tcgetattr", null);
            var raw = stackalloc byte[StructureSize];
            saved.CopyTo(new Span<byte>(raw, StructureSize));
            cfmakeraw(raw);
            Errno.ThrowIfFailed(tcsetattr(terminal, DrainFirst, raw), "tcsetattr", null);
        }

        return new SavedMode(terminal, saved);
    }

    private static void Restore(SafeFileHandle terminal, byte[] saved)
    {
        fixed (byte* before = saved)
        {
            _ = tcsetattr(terminal, DrainFirst, before);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcgetpgrp(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getpgrp();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int isatty(SafeFileHandle handle);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(SafeFileHandle handle, nuint request, void* argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcgetattr(SafeFileHandle handle, byte* attributes);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcsetattr(SafeFileHandle handle, int when, byte* attributes);

    [LibraryImport("libc", SetLastError = true)]
    private static partial void cfmakeraw(byte* attributes);

    private sealed class SavedMode(SafeFileHandle terminal, byte[] saved) : IDisposable
    {
        public void Dispose() => Restore(terminal, saved);
    }
}
