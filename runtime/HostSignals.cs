using System.Runtime.InteropServices;
using SharpBuild.Linux;

namespace SharpBuild.Runtime;

/// <summary>The signals that this program gets.</summary>
public static class HostSignals
{
    /// <summary>
    /// Calls <paramref name="handler"/> for each signal, unless this program was started with that signal ignored, as nohup(1) and shells
    /// do for what runs in the background: then it stays ignored.
    /// </summary>
    /// <returns>What ends it; null for a signal that is ignored.</returns>
    public static PosixSignalRegistration? Listen(PosixSignal signal, Action<PosixSignalContext> handler) =>
        Signals.WasIgnored(NumberOf(signal)) ? null : PosixSignalRegistration.Create(signal, handler);

    private static int NumberOf(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        PosixSignal.SIGTERM => 15,
        > 0 and var number => (int)number,
        _ => throw new ArgumentOutOfRangeException(nameof(signal)),
    };
}
