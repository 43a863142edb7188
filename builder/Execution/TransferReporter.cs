using SharpBuild.Builder.Events;
using SharpBuild.Cache;

namespace SharpBuild.Builder.Execution;

/// <summary>Tells how far the layers of an image are.</summary>
internal sealed class TransferReporter(StepId step, EventWriter events) : IProgress<TransferProgress>
{
    /// <inheritdoc/>
    public void Report(TransferProgress value) =>
        events.Write(new StepProgress(events.Now, step, value.Digest.ToString(), value.Current, value.Total));
}
