namespace SharpBuild.Cli.Rendering;

/// <summary>The last lines of a step's output, clean.</summary>
/// <param name="capacity">How many are kept.</param>
internal sealed class RecentLines(int capacity)
{
    private readonly Queue<string> lines = new(capacity);

    /// <summary>How many there are.</summary>
    public int Count => lines.Count;

    /// <summary>Takes a line as it was written. Of a progress bar, which goes back by carriage returns, the last state counts.</summary>
    public void Add(string line)
    {
        if (capacity == 0)
        {
            return;
        }

        if (lines.Count == capacity)
        {
            lines.Dequeue();
        }

        lines.Enqueue(DisplayText.Clean(line[(line.LastIndexOf('\r') + 1)..]));
    }

    /// <summary>The last <paramref name="count"/> lines, oldest first.</summary>
    public IEnumerable<string> Last(int count) => lines.Skip(Math.Max(0, lines.Count - count));
}
