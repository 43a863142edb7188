using System.Text;

namespace SharpBuild.Parser.Lexing;

/// <summary>Reads a text line by line, and complains about endless lines.</summary>
internal sealed class PhysicalLines(SourceText source, Diagnostics diagnostics)
{
    // BuildKit reads with a 64 KiB buffer; a longer line ends its build.
    private const int MaximumBytes = 65535;

    private int next;

    /// <summary>Whether a line is left.</summary>
    public bool HasMore => next < source.Content.Length;

    /// <summary>Reads the next line, its line end included.</summary>
    public SourceSpan Read()
    {
        var start = next;
        var at = source.Content.IndexOf('\n', start);
        next = at < 0 ? source.Content.Length : at + 1;
        var line = new SourceSpan(start, next);
        CheckLength(line);
        return line;
    }

    /// <summary>The line without its line end.</summary>
    public SourceSpan WithoutEnd(SourceSpan line) => line with { End = line.Start + source.Slice(line).TrimEnd("\r\n").Length };

    /// <summary>The line without white space at its start.</summary>
    public SourceSpan WithoutIndent(SourceSpan line) => line with { Start = line.End - source.Slice(line).TrimStart().Length };

    private void CheckLength(SourceSpan line)
    {
        if (line.Length > MaximumBytes / 3 && Encoding.UTF8.GetByteCount(source.Slice(line).TrimEnd('\n')) > MaximumBytes)
        {
            var first = line with { End = Math.Min(line.End, line.Start + 40) };
            diagnostics.Error(
                DiagnosticCodes.LineTooLong,
                first,
                $"This line is longer than {MaximumBytes} bytes.",
                "Break it with a continuation, or put the text in a file and COPY it.");
        }
    }
}
