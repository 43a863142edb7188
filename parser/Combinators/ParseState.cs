namespace SharpBuild.Parser.Combinators;

/// <summary>The input, how far it is read, and the failure that got furthest.</summary>
/// <remarks>
/// Failures are kept as "what was expected at the furthest place": a failed alternative costs one comparison and no
/// allocation unless it got at least as far as the last one.
/// </remarks>
internal ref struct ParseState<TToken>(ReadOnlySpan<TToken> input)
{
    private readonly ReadOnlySpan<TToken> input = input;
    private List<string>? expected;
    private string? message;
    private int furthest = -1;

    /// <summary>The offset of the next token.</summary>
    public int Location { get; set; }

    /// <summary>Whether a token is left.</summary>
    public readonly bool HasCurrent => Location < input.Length;

    /// <summary>The next token.</summary>
    public readonly TToken Current => input[Location];

    /// <summary>Whether failures are recorded; off inside a labelled parser, which speaks for its parts.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>The tokens from <paramref name="start"/> up to the current place.</summary>
    public readonly ReadOnlySpan<TToken> Since(int start) => input[start..Location];

    /// <summary>All tokens that are left.</summary>
    public readonly ReadOnlySpan<TToken> Rest => input[Location..];

    /// <summary>Records that <paramref name="what"/> was expected here. Always false, so that a parser can return it.</summary>
    public bool Expected(string what)
    {
        if (!Advance(Location))
        {
            return false;
        }

        expected ??= [];
        if (!expected.Contains(what))
        {
            expected.Add(what);
        }

        return false;
    }

    /// <summary>Records a failure in words of its own. Always false.</summary>
    public bool Failed(string text)
    {
        if (Advance(Location))
        {
            message = text;
        }

        return false;
    }

    /// <summary>The failure that got furthest.</summary>
    public readonly ParseError<TToken> BuildError()
    {
        var position = Math.Max(furthest, 0);
        var isEnd = position >= input.Length;
        return new(position, isEnd, isEnd ? default : input[position], expected is null ? [] : [.. expected], message);
    }

    private bool Advance(int at)
    {
        if (IsQuiet || at < furthest)
        {
            return false;
        }

        if (at > furthest)
        {
            furthest = at;
            expected?.Clear();
            message = null;
        }

        return true;
    }
}
