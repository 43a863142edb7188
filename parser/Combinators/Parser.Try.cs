using System.Diagnostics.CodeAnalysis;

namespace SharpBuild.Parser.Combinators;

internal static partial class Parser
{
    /// <summary><paramref name="parser"/>; when it fails, nothing is consumed.</summary>
    public static Parser<TToken, T> Try<TToken, T>(Parser<TToken, T> parser) => new TryParser<TToken, T>(parser);

    /// <summary><paramref name="parser"/>, without consuming on success.</summary>
    public static Parser<TToken, T> Lookahead<TToken, T>(Parser<TToken, T> parser) => new LookaheadParser<TToken, T>(parser);

    /// <summary>Succeeds where <paramref name="parser"/> fails, and consumes nothing.</summary>
    public static Parser<TToken, Unit> Not<TToken, T>(Parser<TToken, T> parser) => new NotParser<TToken, T>(parser);
}

internal sealed class TryParser<TToken, T>(Parser<TToken, T> parser) : Parser<TToken, T>
{
    internal override bool TryParse(scoped ref ParseState<TToken> state, [MaybeNullWhen(false)] out T result)
    {
        var start = state.Location;
        if (parser.TryParse(ref state, out result))
        {
            return true;
        }

        state.Location = start;
        return false;
    }
}

internal sealed class LookaheadParser<TToken, T>(Parser<TToken, T> parser) : Parser<TToken, T>
{
    internal override bool TryParse(scoped ref ParseState<TToken> state, [MaybeNullWhen(false)] out T result)
    {
        var start = state.Location;
        if (!parser.TryParse(ref state, out result))
        {
            return false;
        }

        state.Location = start;
        return true;
    }
}

internal sealed class NotParser<TToken, T>(Parser<TToken, T> parser) : Parser<TToken, Unit>
{
    internal override bool TryParse(scoped ref ParseState<TToken> state, out Unit result)
    {
        var (start, wasQuiet) = (state.Location, state.IsQuiet);
        state.IsQuiet = true;
        var isThere = parser.TryParse(ref state, out _);
        (state.Location, state.IsQuiet) = (start, wasQuiet);
        result = Unit.Value;
        return !isThere || state.Expected("something else");
    }
}
