using System.Text;

namespace SharpBuild.Builder.Execution;

/// <summary>Keeps the last lines of a step's output for the failure report. Not thread-safe.</summary>
internal sealed class OutputTail(int capacity)
{
    private const int LongestLine = 4096;

    private readonly Queue<string> lines = new(capacity);
    private readonly List<byte> current = [];

    /// <summary>Adds what the process wrote; a line may come in pieces.</summary>
    public void Add(ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
        {
            var end = data.IndexOf((byte)'\n');
            var piece = end < 0 ? data : data[..end];
            current.AddRange(piece[..Math.Min(piece.Length, LongestLine - current.Count)]);
            if (end < 0)
            {
                return;
            }

            CompleteLine();
            data = data[(end + 1)..];
        }
    }

    /// <summary>The last lines, an unfinished one included.</summary>
    public IReadOnlyList<string> Read()
    {
        if (current.Count > 0)
        {
            CompleteLine();
        }

        return [.. lines];
    }

    private void CompleteLine()
    {
        if (lines.Count == capacity)
        {
            lines.Dequeue();
        }

        lines.Enqueue(Encoding.UTF8.GetString([.. current]).TrimEnd('\r'));
        current.Clear();
    }
}
