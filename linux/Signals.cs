using System.Globalization;
using System.Runtime.InteropServices;

namespace SharpBuild.Linux;

/// <summary>What this process does with signals.</summary>
public static unsafe partial class Signals
{
    private const int ChildEnded = 17; // SIGCHLD
    private const int StructureSize = 152; // struct sigaction of the C library

    private static readonly Lazy<bool> Kept = new(Restore);
    private static readonly Lazy<ulong> Ignored = new(ReadIgnored);

    /// <summary>Whether this process was started with a signal ignored. The first question must come before the first handler.</summary>
    public static bool WasIgnored(int signal) => (Ignored.Value & (1UL << (signal - 1))) != 0;

    /// <summary>Sees to it that ended children wait for us: who was started with SIGCHLD ignored never hears how they ended.</summary>
    internal static void KeepEndedChildren() => _ = Kept.Value;

    private static ulong ReadIgnored()
    {
        const string label = "SigIgn:\t";
        var status = File.ReadAllText("/proc/self/status");
        var start = status.IndexOf(label, StringComparison.Ordinal) + label.Length;
        return ulong.Parse(status.AsSpan(start, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

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
