using System.Diagnostics.CodeAnalysis;

namespace SharpBuild.Parser.Combinators;

/// <summary>A parser is a value: it reads tokens and yields a <typeparamref name="T"/>, or fails.</summary>
/// <remarks>
/// Names and meaning are Pidgin's. The rule to remember: <c>Or</c> looks at its second alternative only when the first
/// failed <i>without consuming</i>; <c>Try</c> turns "failed after consuming" into "failed without consuming".
/// Values are reference types wherever we choose them (Unit, Maybe, arrays, the grammars' records): ahead-of-time
/// compilation shares one body among those, while each struct as a type argument is compiled anew at start-up.
/// </remarks>
internal abstract partial class Parser<TToken, T>
{
    /// <summary>Reads from <paramref name="state"/>; false is a failure, which leaves the place where it happened.</summary>
    internal abstract bool TryParse(scoped ref ParseState<TToken> state, [MaybeNullWhen(false)] out T result);

    /// <summary>Runs the parser on <paramref name="input"/> from its start; what follows is not looked at.</summary>
    public Result<TToken, T> Parse(ReadOnlySpan<TToken> input)
    {
        var state = new ParseState<TToken>(input);
        return TryParse(ref state, out var result) ? new(result) : new(state.BuildError());
    }
}

/// <summary>Parsers that need no token type to be named.</summary>
internal static partial class Parser;

/// <summary>Parsers for a token type.</summary>
internal static partial class Parser<TToken>;
