namespace SharpBuild.Parser.Lexing;

/// <summary>The rule for continued lines.</summary>
internal static class Continuation
{
    /// <summary>
    /// Whether <paramref name="line"/> goes on in the next one: the escape character ends it (blanks may follow) and no
    /// other escape character stands before that one.
    /// </summary>
    /// <param name="line">A physical line without its line end.</param>
    /// <param name="escape">The escape character.</param>
    /// <param name="length">How many characters of the line belong to the text.</param>
    public static bool IsContinued(ReadOnlySpan<char> line, char escape, out int length)
    {
        var last = line.TrimEnd(" \t").Length - 1;
        var isContinued = last >= 0 && line[last] == escape && (last == 0 || line[last - 1] != escape);
        length = isContinued ? last : line.Length;
        return isContinued;
    }
}
