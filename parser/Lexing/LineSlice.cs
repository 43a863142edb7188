using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Lexing;

/// <summary>A range of a logical line: text that knows where it came from.</summary>
internal sealed record LineSlice(LogicalLine Line, int Start, int End)
{
    /// <summary>The characters.</summary>
    public ReadOnlySpan<char> Text => Line.Text.AsSpan(Start, End - Start);

    /// <summary>Whether there are no characters.</summary>
    public bool IsEmpty => Start == End;

    /// <summary>The characters of the file.</summary>
    public SourceSpan Span => Line.ToSource(Start, End);

    /// <summary>The part between two offsets of this slice.</summary>
    public LineSlice Slice(int start, int end) => new(Line, Start + start, Start + end);

    /// <summary>The part from an offset of this slice.</summary>
    public LineSlice From(int start) => new(Line, Start + start, End);

    /// <summary>Without white space at either end.</summary>
    public LineSlice Trim()
    {
        var text = Text;
        var start = text.Length - text.TrimStart().Length;
        return Slice(start, start + text.Trim().Length);
    }

    /// <summary>The text as a word of the syntax tree.</summary>
    public Word ToWord() => new(ToString(), Span);

    /// <inheritdoc/>
    public override string ToString() => Start == 0 && End == Line.Text.Length ? Line.Text : Text.ToString();
}
