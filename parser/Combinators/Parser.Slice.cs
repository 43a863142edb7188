using System.Diagnostics.CodeAnalysis;

namespace SharpBuild.Parser.Combinators;

internal abstract partial class Parser<TToken, T>
{
    /// <summary>This parser, its value made of the tokens that it consumed.</summary>
    public Parser<TToken, TResult> Slice<TResult>(SliceSelector<TToken, T, TResult> selector) =>
        new SliceParser<TToken, T, TResult>(this, selector);
}

/// <summary>Makes a value of the tokens that a parser consumed and of the parser's own value.</summary>
internal delegate TResult SliceSelector<TToken, in T, out TResult>(ReadOnlySpan<TToken> tokens, T value);

internal sealed class SliceParser<TToken, T, TResult>(Parser<TToken, T> parser, SliceSelector<TToken, T, TResult> selector)
    : Parser<TToken, TResult>
{
    internal override bool TryParse(scoped ref ParseState<TToken> state, [MaybeNullWhen(false)] out TResult result)
    {
        var start = state.Location;
        if (parser.TryParse(ref state, out var value))
        {
            result = selector(state.Since(start), value);
            return true;
        }

        result = default;
        return false;
    }
}
