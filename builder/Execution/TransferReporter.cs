using SharpBuild.Builder.Events;
using SharpBuild.Cache;

namespace SharpBuild.Builder.Execution;

/// <summary>Tells how far the layers of an image are.</summary>
internal sealed class TransferReporter(StepId step, EventWriter events) : IProgress<ImportProgress>
{
    /// <inheritdoc/>
    public void Report(ImportProgress value) =>
        events.Write(new StepProgress(events.Now, step, value.Blob.ToString(), value.Done, value.Total));
}
