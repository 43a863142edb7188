using System.Collections.Concurrent;

namespace SharpBuild.UnitTests.Image.Registry;

/// <summary>A clock on which waits of less than a minute are over at once, and noted; limits of a minute and more never pass.</summary>
internal sealed class ImpatientClock : TimeProvider
{
    public ConcurrentQueue<TimeSpan> Waits { get; } = new();

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddYears(56);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.Zero || dueTime >= TimeSpan.FromMinutes(1))
        {
            return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period);
        }

        Waits.Enqueue(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
