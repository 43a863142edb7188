using System.Runtime.InteropServices;
using SharpBuild.Runtime;

namespace SharpBuild.Cli;

/// <summary>Turns the first SIGINT, SIGTERM or SIGHUP into cancellation; a later one kills, as by default. Signals that were ignored from the start stay so.</summary>
internal sealed class SignalCancellation : IDisposable
{
    // Ctrl-C on a terminal reaches us and whoever started us (MSBuild, make), who passes it on.
    private const long SameWish = 1000;

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration?[] registrations;
    private int signal;
    private long since;

    /// <summary>Listens from now until disposed.</summary>
    public SignalCancellation() =>
        registrations =
        [
            HostSignals.Listen(PosixSignal.SIGINT, context => Cancel(context, 2)),
            HostSignals.Listen(PosixSignal.SIGTERM, context => Cancel(context, 15)),
            HostSignals.Listen(PosixSignal.SIGHUP, context => Cancel(context, 1)),
        ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>128 + the signal, as a shell reports it; null when there was none.</summary>
    public int? ExitCode => signal == 0 ? null : 128 + signal;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration?.Dispose();
        }

        source.Dispose();
    }

    private void Cancel(PosixSignalContext context, int number)
    {
        if (Interlocked.CompareExchange(ref signal, number, 0) == 0)
        {
            since = Environment.TickCount64;
            context.Cancel = true;
            source.Cancel();
        }
        else if (Environment.TickCount64 - since < SameWish)
        {
            context.Cancel = true;
        }
    }
}
