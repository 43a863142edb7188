using System.Text;
using SharpBuild.Builder.Events;
using SharpBuild.Builder.Execution;

namespace SharpBuild.Builder.Fetching;

/// <summary>Tells how far a source is. The step counts as started with the first thing that is told.</summary>
internal sealed class FetchReporter(StepStatus status, EventWriter events, bool hasStarted = false)
{
    private bool isRunning = hasStarted;

    /// <summary>When the step started; null while it has not.</summary>
    public DateTimeOffset? Started { get; private set; }

    /// <summary>Some bytes are here.</summary>
    public void Transferred(string item, long current, long? total)
    {
        Start();
        Tell(new StepProgress(events.Now, status.Id, item, current, total));
    }

    /// <summary>A program said something.</summary>
    public void Said(string line)
    {
        Start();
        Tell(new StepOutput(events.Now, status.Id, Stream: 2, Encoding.UTF8.GetBytes(line + "\n")));
    }

    /// <summary>Work begins.</summary>
    public void Start()
    {
        if (!isRunning)
        {
            isRunning = true;
            Started = events.Now;
            Tell(new StepStarted(events.Now, status.Id));
        }
    }

    private void Tell(BuildEvent happened)
    {
        if (status.IsShown)
        {
            events.Write(happened);
        }
    }
}
