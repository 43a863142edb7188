using System.Runtime.InteropServices;

namespace SharpBuild.Linux;

/// <summary>What this process does with signals, as far as its children are concerned.</summary>
internal static unsafe partial class Signals
{
    private const int ChildEnded = 17; // SIGCHLD
    private const int StructureSize = 152; // struct sigaction of the C library

    private static readonly Lazy<bool> Kept = new(Restore);

    /// <summary>Sees to it that ended children wait for us: who was started with SIGCHLD ignored never hears how they ended.</summary>
    public static void KeepEndedChildren() => _ = Kept.Value;

    private static bool Restore()
    {
        var action = stackalloc byte[StructureSize];
        new Span<byte>(action, StructureSize).Clear();
        const nint ignore = 1; // SIG_IGN; the handler is the first member
        if (sigaction(ChildEnded, null, action) == 0 && *(nint*)action == ignore)
        {
            new Span<byte>(action, StructureSize).Clear();
            Errno.ThrowIfFailed(sigaction(ChildEnded, action, null), "sigaction", null);
        }

        return true;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sigaction(int signal, byte* action, byte* before);
}
