using System.Diagnostics.CodeAnalysis;

namespace SharpBuild.Parser.Combinators;

internal abstract partial class Parser<TToken, T>
{
    /// <summary>This parser; <paramref name="other"/> if this one failed without consuming.</summary>
    public Parser<TToken, T> Or(Parser<TToken, T> other) => new OrParser<TToken, T>(this, other);
}

internal static partial class Parser
{
    /// <summary>The first of <paramref name="parsers"/> that does not fail without consuming.</summary>
    public static Parser<TToken, T> OneOf<TToken, T>(params Parser<TToken, T>[] parsers) =>
        parsers.Aggregate(static (first, second) => first.Or(second));
}

internal sealed class OrParser<TToken, T>(Parser<TToken, T> first, Parser<TToken, T> second) : Parser<TToken, T>
{
    internal override bool TryParse(scoped ref ParseState<TToken> state, [MaybeNullWhen(false)] out T result)
    {
        var start = state.Location;
        return first.TryParse(ref state, out result)
            || (state.Location == start && second.TryParse(ref state, out result));
    }
}
