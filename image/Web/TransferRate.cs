namespace SharpBuild.Image.Web;

/// <summary>
/// Judges whether a transfer is alive, as git's <c>http.lowSpeedLimit</c> does: a server that sends a byte a second would otherwise hold a build for
/// ever. Only the time that is spent waiting for the other side counts, so a slow disk here is not its fault.
/// </summary>
/// <param name="clock">The clock.</param>
public sealed class TransferRate(TimeProvider clock)
{
    /// <summary>How long the other side may be silent or slow.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    /// <summary>The fewest bytes a second, on average over <see cref="Window"/>.</summary>
    public const int SlowestBytesPerSecond = 1024;

    private TimeSpan waited;
    private long received;

    /// <summary>Adds a wait that began at a timestamp of the clock, and what came of it; false when the transfer is too slow. A new window begins then.</summary>
    public bool Add(long began, int bytes)
    {
        waited += clock.GetElapsedTime(began);
        received += bytes;
        if (waited < Window)
        {
            return true;
        }

        var isFastEnough = received >= SlowestBytesPerSecond * waited.TotalSeconds;
        (waited, received) = (TimeSpan.Zero, 0);
        return isFastEnough;
    }

    /// <summary>The failure of a transfer that is too slow.</summary>
    public static TimeoutException TooSlow() =>
        new($"less than {SlowestBytesPerSecond} bytes a second came for {Window.TotalSeconds:0} seconds");
}
