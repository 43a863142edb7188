using System.Collections.Immutable;

namespace SharpBuild.Parser.Lexing;

/// <summary>An instruction's text with its continuation lines joined, and the map back into the file.</summary>
/// <param name="Text">The joined text, without line ends, continuation characters and comment lines.</param>
/// <param name="Pieces">Where each physical line's part begins: offset in the text, offset in the file. At least one.</param>
/// <param name="Comments">The comment lines above it, without <c>#</c> and blanks around.</param>
/// <param name="EmptyContinuation">The blank line inside, if there is one.</param>
internal sealed record LogicalLine(
    string Text,
    ImmutableArray<LinePiece> Pieces,
    ImmutableArray<string> Comments,
    SourceSpan? EmptyContinuation)
{
    /// <summary>The whole text as a slice.</summary>
    public LineSlice All => new(this, 0, Text.Length);

    /// <summary>The characters of the file that a range of the text came from.</summary>
    public SourceSpan ToSource(int start, int end) =>
        start < end ? new(ToSource(start), ToSource(end - 1) + 1) : new(ToSource(start), ToSource(start));

    private int ToSource(int offset)
    {
        var (low, high) = (0, Pieces.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = Pieces[middle].TextStart <= offset ? (middle, high) : (low, middle - 1);
        }

        return Pieces[low].SourceStart + offset - Pieces[low].TextStart;
    }
}

/// <summary>A physical line's part of a logical line.</summary>
internal sealed record LinePiece(int TextStart, int SourceStart);
