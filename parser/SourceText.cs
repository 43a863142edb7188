using System.Collections.Immutable;

namespace SharpBuild.Parser;

/// <summary>The text of a Dockerfile with its name, able to turn offsets into lines and columns. Immutable.</summary>
public sealed class SourceText
{
    private readonly ImmutableArray<int> lineStarts;

    /// <summary>Wraps <paramref name="content"/>; a leading byte order mark is dropped.</summary>
    /// <param name="path">The name to show in messages, as the user wrote it.</param>
    /// <param name="content">The whole text.</param>
    public SourceText(string path, string content)
    {
        ArgumentNullException.ThrowIfNull(content);
        Path = path;
        Content = content.StartsWith('\uFEFF') ? content[1..] : content;
        lineStarts = FindLineStarts(Content);
    }

    /// <summary>The name to show in messages.</summary>
    public string Path { get; }

    /// <summary>The text, without a byte order mark.</summary>
    public string Content { get; }

    /// <summary>How many lines there are; a trailing newline does not start another one.</summary>
    public int LineCount => lineStarts.Length;

    /// <summary>The line and column of an offset.</summary>
    public TextPosition GetPosition(int offset)
    {
        var index = lineStarts.BinarySearch(offset);
        var line = index >= 0 ? index : ~index - 1;
        return new(line + 1, offset - lineStarts[line] + 1);
    }

    /// <summary>The characters of a span.</summary>
    public ReadOnlySpan<char> Slice(SourceSpan span) => Content.AsSpan(span.Start, span.Length);

    /// <summary>The offset of a line's first character.</summary>
    /// <param name="line">The line, from 1.</param>
    public int GetLineStart(int line) => lineStarts[line - 1];

    /// <summary>The text of a line, without its line end.</summary>
    /// <param name="line">The line, from 1.</param>
    public ReadOnlySpan<char> GetLine(int line)
    {
        var start = lineStarts[line - 1];
        var end = line < lineStarts.Length ? lineStarts[line] : Content.Length;
        return Content.AsSpan(start, end - start).TrimEnd("\r\n");
    }

    private static ImmutableArray<int> FindLineStarts(string content)
    {
        var starts = ImmutableArray.CreateBuilder<int>();
        starts.Add(0);
        for (var at = content.IndexOf('\n', StringComparison.Ordinal); at >= 0 && at + 1 < content.Length; at = content.IndexOf('\n', at + 1))
        {
            starts.Add(at + 1);
        }

        return starts.ToImmutable();
    }
}
