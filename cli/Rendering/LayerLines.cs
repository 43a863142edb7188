using SharpBuild.Cache;

namespace SharpBuild.Cli.Rendering;

/// <summary>A line for each layer that arrives. Thread-safe.</summary>
/// <param name="print">Prints a line at once.</param>
internal sealed class LayerLines(Action<string> print) : IProgress<ImportProgress>
{
    private const int ShownDigits = 12;
    private readonly Lock gate = new();

    /// <inheritdoc/>
    public void Report(ImportProgress value)
    {
        if (value.Stage is not (ImportStage.Present or ImportStage.Complete))
        {
            return;
        }

        var text = value.Stage == ImportStage.Present ? "already here" : $"complete, {ByteSize.Format(value.Total)}";
        lock (gate)
        {
            print($"{value.Blob.Hex[..ShownDigits]}: {text}\n");
        }
    }
}
