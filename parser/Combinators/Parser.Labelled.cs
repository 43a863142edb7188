using System.Diagnostics.CodeAnalysis;

namespace SharpBuild.Parser.Combinators;

internal abstract partial class Parser<TToken, T>
{
    /// <summary>This parser, called <paramref name="label"/> in errors when it fails without consuming.</summary>
    public Parser<TToken, T> Labelled(string label) => new LabelledParser<TToken, T>(this, label);

    /// <summary>This parser, failing when its value does not satisfy <paramref name="predicate"/>.</summary>
    public Parser<TToken, T> Assert(Func<T, bool> predicate, string message) =>
        new AssertParser<TToken, T>(this, predicate, message);
}

internal sealed class LabelledParser<TToken, T>(Parser<TToken, T> parser, string label) : Parser<TToken, T>
{
    internal override bool TryParse(scoped ref ParseState<TToken> state, [MaybeNullWhen(false)] out T result)
    {
        var start = state.Location;
        return parser.TryParse(ref state, out result) || (state.Location == start && state.Expected(label));
    }
}

internal sealed class AssertParser<TToken, T>(Parser<TToken, T> parser, Func<T, bool> predicate, string message)
    : Parser<TToken, T>
{
    internal override bool TryParse(scoped ref ParseState<TToken> state, [MaybeNullWhen(false)] out T result) =>
        parser.TryParse(ref state, out result) && (predicate(result) || state.Failed(message));
}
