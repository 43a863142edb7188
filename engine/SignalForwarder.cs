using System.Runtime.InteropServices;
using SharpBuild.Runtime;

namespace SharpBuild.Engine;

/// <summary>Hands the signals that we get on to a container. A first process without handler ignores them, so the third INT or TERM kills.</summary>
internal sealed class SignalForwarder : IDisposable
{
    private const int Interrupt = 2;
    private const int Terminate = 15;
    private const int WindowChange = 28;
    private const int Patience = 3;

    // HUP INT QUIT USR1 USR2 TERM: what asks a program to do something. Stops stay ours: the shell's job control is for us.
    private static readonly int[] Forwarded = [1, Interrupt, 3, 10, 12, Terminate];

    private readonly Sandbox sandbox;
    private readonly List<PosixSignalRegistration?> registrations = [];
    private int asked;

    /// <summary>Forwards from now until disposed.</summary>
    public SignalForwarder(Sandbox sandbox)
    {
        this.sandbox = sandbox;
        foreach (var number in Forwarded)
        {
            registrations.Add(HostSignals.Listen((PosixSignal)number, context => Forward(context, number)));
        }
    }

    /// <summary>Also calls <paramref name="resized"/> when the terminal gets another size.</summary>
    public void OnResize(Action resized) => registrations.Add(PosixSignalRegistration.Create((PosixSignal)WindowChange, _ => resized()));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration?.Dispose();
        }
    }

    private void Forward(PosixSignalContext context, int number)
    {
        context.Cancel = true;
        if (number is Interrupt or Terminate && Interlocked.Increment(ref asked) >= Patience)
        {
            sandbox.Kill();
            return;
        }

        sandbox.Signal(number);
    }
}
