namespace SharpBuild.Parser.Combinators;

/// <summary>What a parser made of its input: a value or an error.</summary>
internal readonly struct Result<TToken, T>
{
    private readonly T? value;

    /// <summary>A success.</summary>
    public Result(T value)
    {
        Success = true;
        this.value = value;
    }

    /// <summary>A failure.</summary>
    public Result(ParseError<TToken> error) => Error = error;

    /// <summary>Whether there is a value.</summary>
    public bool Success { get; }

    /// <summary>The value of a success.</summary>
    public T Value => Success ? value! : throw new InvalidOperationException("The parser failed.");

    /// <summary>The error of a failure.</summary>
    public ParseError<TToken>? Error { get; }
}
