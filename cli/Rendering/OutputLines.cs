using System.Text;

namespace SharpBuild.Cli.Rendering;

/// <summary>Puts the pieces that a step writes together to lines. A piece may end anywhere, in the middle of a character too.</summary>
internal sealed class OutputLines
{
    // A build that never writes a line end must not fill our memory.
    private const int LongestLine = 64 * 1024;

    private readonly List<byte> rest = [];

    /// <summary>The lines that <paramref name="data"/> completes, without their ends.</summary>
    public IEnumerable<string> Add(ReadOnlyMemory<byte> data)
    {
        while (!data.IsEmpty)
        {
            var end = data.Span.IndexOf((byte)'\n');
            var piece = end < 0 ? data : data[..end];
            rest.AddRange(piece.Span);
            data = end < 0 ? default : data[(end + 1)..];
            if (end >= 0 || rest.Count >= LongestLine)
            {
                yield return Take();
            }
        }
    }

    /// <summary>The line that was begun and not ended; null when there is none.</summary>
    public string? TakeRest() => rest.Count == 0 ? null : Take();

    private string Take()
    {
        var line = Encoding.UTF8.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rest)).TrimEnd('\r');
        rest.Clear();
        return line;
    }
}
