using System.Threading.Channels;
using SharpBuild.Builder.Events;

namespace SharpBuild.Cli.Rendering;

/// <summary>Feeds a renderer from a build's channel until the build has closed it.</summary>
internal static class RenderLoop
{
    /// <summary>Runs until the channel is closed and empty. Never cancelled: what the build still has to say when it is stopped is shown too.</summary>
    public static async Task RunAsync(ChannelReader<BuildEvent> events, BuildRenderer renderer, TimeProvider clock)
    {
        // A second timer task only for those who animate: a cached build in plain mode is over in milliseconds.
        using var timer = renderer.Period is { } period ? new PeriodicTimer(period, clock) : null;
        var tick = timer?.WaitForNextTickAsync(CancellationToken.None).AsTask();
        var more = events.WaitToReadAsync(CancellationToken.None).AsTask();
        while (true)
        {
            if (tick is not null && await Task.WhenAny(more, tick) == tick)
            {
                renderer.Tick(clock.GetUtcNow());
                tick = timer!.WaitForNextTickAsync(CancellationToken.None).AsTask();
                continue;
            }

            if (!await more)
            {
                return;
            }

            while (events.TryRead(out var happened))
            {
                renderer.Handle(happened);
            }

            renderer.Flush();
            more = events.WaitToReadAsync(CancellationToken.None).AsTask();
        }
    }
}
