namespace SharpBuild.Parser;

/// <summary>A range of characters in a <see cref="SourceText"/>: offsets in UTF-16 code units, <paramref name="End"/> exclusive.</summary>
/// <param name="Start">The offset of the first character.</param>
/// <param name="End">The offset after the last character.</param>
public readonly record struct SourceSpan(int Start, int End)
{
    /// <summary>The number of characters.</summary>
    public int Length => End - Start;

    /// <summary>The smallest span that holds both.</summary>
    public SourceSpan Through(SourceSpan other) => new(Math.Min(Start, other.Start), Math.Max(End, other.End));
}
