using System.Threading.Channels;
using SharpBuild.Builder.Events;
using SharpBuild.Parser;

namespace SharpBuild.Builder.Execution;

/// <summary>Tells what happens, with the time.</summary>
internal sealed class EventWriter(ChannelWriter<BuildEvent> events, TimeProvider clock)
{
    /// <summary>One whose events nobody reads.</summary>
    public static EventWriter Unheard(TimeProvider clock) => new(Channel.CreateBounded<BuildEvent>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }).Writer, clock);

    /// <summary>The time now.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Sends an event; the reader decides how fast it shows them, the build does not wait for it.</summary>
    public void Write(BuildEvent buildEvent) => events.TryWrite(buildEvent);

    /// <summary>Sends a warning about the Dockerfile.</summary>
    public void Warn(SourceText? source, Diagnostic finding) => Write(new BuildWarning(Now, source, finding));
}
